# Shared by the scripts of this folder; sourced, never run. Works with bash 3.2 (macOS) and newer.

# Prints the English or the Chinese text, by WEFT_LANG, LC_ALL, LC_MESSAGES or LANG.
say() {
  case "${WEFT_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}" in
    zh*) printf '%s\n' "$2" >&2 ;;
    *) printf '%s\n' "$1" >&2 ;;
  esac
}

# Modification time in seconds and size of a file, as one word; empty when it does not exist.
fingerprint() {
  stat -c '%Y-%s' "$1" 2>/dev/null || stat -f '%m-%z' "$1" 2>/dev/null || true
}

# Runs a command while showing one line that is rewritten for each line of its output that matches.
# On a terminal the line is rewritten in place; elsewhere each step is a line of its own.
# usage: some command | progress <awk program that prints the text of a step>
progress() {
  local terminal=0
  [ -t 2 ] && terminal=1
  awk -v terminal="$terminal" '
    function step(text) {
      if (terminal) printf "\r\033[K%s", text > "/dev/stderr"
      else print text > "/dev/stderr"
      fflush("/dev/stderr")
    }
    '"$1"'
    END { if (terminal) printf "\r\033[K" > "/dev/stderr" }'
}
