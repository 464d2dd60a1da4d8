using OrderGrpc.Server.Orders;

namespace OrderGrpc.Tests.Orders;

public sealed class PartyNameTests
{
    [Theory]
    [InlineData("client")]
    [InlineData("a")]
    [InlineData("acme-2.shop_b@example.com")]
    [InlineData("шоп")]
    [InlineData("匠")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_name_is_letters_digits_and_a_few_marks(string name) => Assert.True(PartyName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u200Bb")]
    [InlineData("😀")]
    [InlineData("\uD800")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("шшшшшшшшшшшшшшшшшшшшшшшшшшшшшшшшш")] // 66 bytes
    public void Anything_else_is_none(string name) => Assert.False(PartyName.IsValid(name));
}
