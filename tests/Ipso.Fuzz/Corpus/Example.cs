namespace Ipso.Fuzz.Corpus;

/// <summary>Bytes to begin a case with.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Scenario">Which of its decoder's scenarios they are good for; -1 where nothing is known of that.</param>
internal readonly record struct Example(byte[] Bytes, int Scenario = -1);
