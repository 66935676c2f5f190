namespace Calendar;

/// <summary>One text in both languages of the product. A plain JSON string stands for both.</summary>
/// <param name="Vi">Vietnamese, NFC.</param>
/// <param name="En">English, NFC.</param>
public sealed record Text(string Vi, string En)
{
    public string In(Language language) => language == Language.En ? En : Vi;
}

public enum Language
{
    Vi,
    En,
}
