Console.WriteLine("supplier-cli");
