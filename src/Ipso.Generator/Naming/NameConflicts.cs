using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Naming;

/// <summary>Says which objects did not get the name they asked for, at both places.</summary>
internal static class NameConflicts
{
    public static EquatableArray<DiagnosticInfo> Find(ImmutableArray<NameClaim> claims)
    {
        try
        {
            return new(FindAll(claims));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new([DiagnosticInfo.InternalError(e, null)]);
        }
    }

    private static List<DiagnosticInfo> FindAll(ImmutableArray<NameClaim> claims)
    {
        var faults = new List<DiagnosticInfo>();
        NameClaim[] ordered = [.. claims.Distinct()
            .OrderBy(static claim => claim.Key.Id).ThenBy(static claim => claim.Key.Version).ThenBy(static claim => claim.Key)];

        foreach (var group in ordered.GroupBy(static claim => (claim.Key.Id, claim.Key.Version)).Where(static group => group.Count() > 1))
        {
            string winner = FileName(group.First().Key.Path);
            foreach (NameClaim claim in group)
            {
                faults.Add(DiagnosticInfo.Create(
                    Descriptors.ObjectRepeated, claim.IdPlace, Identifier.Number(claim.Key.Id), claim.Key.Version.ToString(), winner));
            }
        }

        // A project that names one of two types itself has settled the matter.
        var names = NameTable.Decide(ordered.Select(static claim => claim.Key))
            .ToDictionary(static pair => pair.Key, static pair => pair.Value);
        NameClaim[] chosen = [.. ordered.Where(claim => names.ContainsKey(claim.Key))];
        var byName = chosen.ToLookup(static claim => (claim.Key.Namespace, claim.Key.BaseName));
        foreach (NameClaim claim in chosen)
        {
            ushort[] others = [.. byName[(claim.Key.Namespace, claim.Key.BaseName)]
                .Select(static other => other.Key.Id).Where(id => id != claim.Key.Id).Distinct()];
            if (others.Length > 0 && (!claim.Key.IsExplicit || names[claim.Key] != claim.Key.ClassName))
            {
                faults.Add(DiagnosticInfo.Create(
                    Descriptors.ObjectNameShared,
                    claim.NamePlace,
                    Identifier.Number(claim.Key.Id),
                    claim.Key.BaseName,
                    string.Join(", ", others.Select(Identifier.Number)),
                    names[claim.Key]));
            }
            else if (!claim.Key.IsExplicit && ImplicitUsings.Find(names[claim.Key]) is { } imported)
            {
                faults.Add(DiagnosticInfo.Create(
                    Descriptors.ObjectNameImported,
                    claim.NamePlace,
                    Identifier.Number(claim.Key.Id),
                    names[claim.Key],
                    imported,
                    claim.Key.Namespace));
            }
        }

        return faults;
    }

    // The directory differs between machines, and a message should not.
    private static string FileName(string path) => path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
}
