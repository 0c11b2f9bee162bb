namespace Aampe.Agents.Architecture.Tests.Fixtures;

interface ILog;

sealed class FileLog : ILog;

sealed record LogLine(string Text);
