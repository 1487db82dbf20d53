using System.Diagnostics;
using Ipso.Benchmarks.Codecs;
using Ipso.Coap;
using Ipso.Lwm2m.Model;

ContentFormat[] formats = [ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Tlv, ContentFormat.Lwm2mCbor];
Subject[] subjects = [Subject.Device(), Subject.Temperature()];
byte[] buffer = new byte[1024];
var mode = args.Length > 0 ? args[0] : "all";
long Run(Subject s, ContentFormat f, int n)
{
    long sum = 0;
    for (int i = 0; i < n; i++) { Representation.Write(s.Ours, f, buffer, out int w); sum += w; }
    return sum;
}
for (int k = 0; k < 60; k++)
{
    foreach (var s in subjects) foreach (var f in formats) Run(s, f, 64);
    if (k % 10 == 0) Thread.Sleep(150);
}
if (mode != "all")
{
    var p = mode.Split('.');
    var s = subjects[p[0] == "d" ? 0 : 1]; var f = (ContentFormat)int.Parse(p[1]);
    var sw0 = Stopwatch.StartNew();
    while (sw0.ElapsedMilliseconds < 4000) Run(s, f, 10000);
    return;
}
var best = new double[8];
Array.Fill(best, 1e9);
for (int r = 0; r < 400; r++)
    for (int j = 0; j < 8; j++)
    {
        long t = Stopwatch.GetTimestamp();
        Run(subjects[j / 4], formats[j % 4], 1000);
        best[j] = Math.Min(best[j], Stopwatch.GetElapsedTime(t).TotalNanoseconds / 1000);
    }
Console.WriteLine("device cbor/json/tlv/lw " + string.Join(" / ", best[..4].Select(x => x.ToString("0.0"))) + "   temp " + string.Join(" / ", best[4..].Select(x => x.ToString("0.0"))));
