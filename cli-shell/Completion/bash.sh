# bash completion of TOOL: source it, or put it into a folder of completions as TOOL.
_TOOL_completion() {
  local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]} word words=()
  line="TOOL${line#"${COMP_WORDS[0]}"}"
  while IFS= read -r word; do
    case $word in
      '' | /* | '-?') ;;
      -*) [[ $current == -* ]] && words+=("$word") ;;
      *) words+=("$word") ;;
    esac
  done < <(TOOL "[suggest:${#line}]" "$line" 2>/dev/null)
  COMPREPLY=($(compgen -W "${words[*]}" -- "$current"))
}
complete -o default -F _TOOL_completion TOOL
