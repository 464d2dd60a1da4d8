# PowerShell completion of TOOL: add it to $PROFILE.
Register-ArgumentCompleter -Native -CommandName TOOL -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = "$commandAst".PadRight($cursorPosition)
    TOOL "[suggest:$cursorPosition]" "$line" 2>$null |
        Where-Object { $_ -notmatch '^/' -and $_ -ne '-?' -and ($_ -notlike '-*' -or $wordToComplete -like '-*') } |
        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
