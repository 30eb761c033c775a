/** The shells that can complete a command line. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/*
 * Each script runs `cistern complete-words`, which prints a line for each candidate: the word, a tab, its description.
 * A line that is `:files` asks for the names of files.
 */

const BASH = `_cistern() {
  local line candidates=() files=
  local current="\${COMP_WORDS[COMP_CWORD]}"
  while IFS= read -r line; do
    if [ "$line" = ':files' ]; then files=1; else candidates+=("\${line%%$'\\t'*}"); fi
  done < <("\${COMP_WORDS[0]}" complete-words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=("\${candidates[@]}")
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _cistern cistern
`;

const ZSH = `#compdef cistern
_cistern() {
  local line files=
  local -a candidates
  while IFS= read -r line; do
    if [[ "$line" == ':files' ]]; then files=1
    else candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}"); fi
  done < <("\${words[1]}" complete-words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#candidates} )) && _describe 'cistern' candidates
  [[ -n "$files" ]] && _files
  return 0
}
compdef _cistern cistern
`;

const FISH = `function __cistern_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] complete-words -- $words[2..-1] 2>/dev/null)
    if test "$line" = ':files'
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c cistern -f -a '(__cistern_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
