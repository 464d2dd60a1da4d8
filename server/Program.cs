using SQLitePCL;

Batteries_V2.Init();
Console.WriteLine(raw.sqlite3_libversion().utf8_to_string());
var c = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:");
c.Open();
Console.WriteLine(c.ServerVersion);
