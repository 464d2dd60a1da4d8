# fish completion of TOOL: put it into ~/.config/fish/completions as TOOL.fish.
function __TOOL_completion
    set -l line (commandline -cp)
    set -l words (string split -m 1 ' ' -- "$line")
    set line "TOOL $words[2]"
    for word in (TOOL "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
        switch $word
            case '/*' '-?'
            case '-*'
                string match -q -- '-*' (commandline -ct); and echo $word
            case '*'
                echo $word
        end
    end
end
complete -c TOOL -f -a '(__TOOL_completion)'
for file in token-file ca-file cert key save config
    complete -c TOOL -l $file -rF
end
