using System.Globalization;
using System.Text;

namespace OrderGrpc.CliShell;

/// <summary>A line that is being typed, and where in it one is. Moves by what people count as one character.</summary>
public sealed class TypedText
{
    private readonly StringBuilder text = new();
    private string cutOff = "";

    /// <summary>Where one is, in chars.</summary>
    public int At { get; private set; }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    /// <summary>Types a char; one half of a pair may come after the other.</summary>
    public void Insert(char typed) => text.Insert(At++, typed);

    /// <summary>Puts another text in place of all of it.</summary>
    public void Replace(string other)
    {
        text.Clear().Append(other);
        At = other.Length;
    }

    public void ToStart() => At = 0;

    public void ToEnd() => At = text.Length;

    public void Left() => At = Before();

    public void Right() => At = After();

    public void WordLeft() => At = WordBefore();

    public void WordRight() => At = WordAfter();

    public void DeleteLeft() => Remove(Before(), At);

    public void DeleteRight() => Remove(At, After());

    public void CutWordLeft() => Cut(WordBefore(), At);

    public void CutWordRight() => Cut(At, WordAfter());

    public void CutToStart() => Cut(0, At);

    public void CutToEnd() => Cut(At, text.Length);

    /// <summary>Puts back what was cut last.</summary>
    public void PutBack()
    {
        text.Insert(At, cutOff);
        At += cutOff.Length;
    }

    private void Cut(int from, int to)
    {
        cutOff = to > from ? text.ToString(from, to - from) : cutOff;
        Remove(from, to);
    }

    private void Remove(int from, int to)
    {
        text.Remove(from, to - from);
        At = from;
    }

    private int Before() => StringInfo.ParseCombiningCharacters(text.ToString()).LastOrDefault(start => start < At);

    private int After() => At == text.Length ? At : At + StringInfo.GetNextTextElementLength(text.ToString(), At);

    private int WordBefore()
    {
        var at = At;
        while (at > 0 && char.IsWhiteSpace(text[at - 1]))
        {
            at--;
        }

        while (at > 0 && !char.IsWhiteSpace(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private int WordAfter()
    {
        var at = At;
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        while (at < text.Length && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
