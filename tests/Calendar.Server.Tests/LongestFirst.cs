using Calendar.Server.Tests.Faults;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Calendar.Server.Tests.LongestFirst", "Calendar.Server.Tests")]

namespace Calendar.Server.Tests;

/// <summary>The tests of processes run one after another: begun last, they would keep one core busy and the other waiting.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.DisplayName != FaultsCollection.Name).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
