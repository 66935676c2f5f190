using Calendar.Server.Tests.Faults;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Calendar.Server.Tests.LongestFirst", "Calendar.Server.Tests")]

namespace Calendar.Server.Tests;

/// <summary>
/// The classes of a collection run one after another: begun last, they would keep one core busy and the other waiting. The longest is of those that start processes.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => collection.DisplayName != FaultsCollection.Name).ThenBy(collection => collection.CollectionDefinition is null)
            .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
