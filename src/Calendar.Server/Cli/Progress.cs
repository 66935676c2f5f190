namespace Calendar.Server.Cli;

/// <summary>How far a verb is, in one line of standard error that is written over; nothing when nobody watches.</summary>
internal sealed class Progress(string what) : IDisposable
{
    private long _count;

    public void Add(int count)
    {
        _count += count;
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{_count} {what} ");
        }
    }

    public void Dispose()
    {
        if (!Console.IsErrorRedirected && _count > 0)
        {
            Console.Error.WriteLine();
        }

        _count = 0;
    }
}
