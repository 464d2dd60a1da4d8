#compdef TOOL
# zsh completion of TOOL: put it into a folder of $fpath as _TOOL.
_TOOL_completion() {
  local line="TOOL ${(j: :)words[2,CURRENT]}" word
  local -a found
  for word in ${(f)"$(TOOL "[suggest:${#line}]" "$line" 2>/dev/null)"}; do
    case $word in
      /*|'-?') ;;
      -*) [[ $PREFIX == -* ]] && found+=("$word") ;;
      *) found+=("$word") ;;
    esac
  done
  if (( ${#found} )); then compadd -- $found; else _files; fi
}
if [[ $funcstack[1] == _TOOL ]]; then _TOOL_completion "$@"; else compdef _TOOL_completion TOOL; fi
