Console.WriteLine("client-cli");
