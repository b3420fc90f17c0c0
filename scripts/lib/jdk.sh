# Finds a JDK; sourced after common.sh. No JVM is started to learn a version: each JDK says it in
# its `release` file.

# Major version of the JDK in a folder; empty when the folder holds no usable JDK.
jdk_major() {
  [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" | head -n 1
}

# Home of the `java` that is on the PATH, symbolic links followed; empty when there is none.
jdk_on_path() {
  local file link
  file=$(command -v java 2>/dev/null) || return 0
  while link=$(readlink "$file" 2>/dev/null); do
    case "$link" in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  dirname "$(dirname "$file")"
}

# Folders where a JDK may be, the user's own choice first, one a line.
jdk_candidates() {
  local dir
  [ -n "${WEFT_JAVA_HOME:-}" ] && printf '%s\n' "$WEFT_JAVA_HOME"
  [ -n "${JAVA_HOME:-}" ] && printf '%s\n' "$JAVA_HOME"
  jdk_on_path
  for dir in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/jdks/* /usr/local/jdk* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.jdk/* \
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.jenv/versions/* "$HOME"/.gradle/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk*/libexec; do
    [ -d "$dir" ] && printf '%s\n' "$dir"
  done
  return 0
}

# Sets JDK_HOME to the first JDK 25, else to the first newer one. Fails with advice when there is
# neither.
find_jdk() {
  local dir major newer='' seen=''
  JDK_HOME=''
  while IFS= read -r dir; do
    major=$(jdk_major "$dir")
    [ -n "$major" ] || continue
    if [ "$major" -eq 25 ]; then
      JDK_HOME=$dir
      return 0
    fi
    [ "$major" -gt 25 ] && [ -z "$newer" ] && newer=$dir
    seen="$seen  $major  $dir
"
  done <<CANDIDATES
$(jdk_candidates)
CANDIDATES
  if [ -n "$newer" ]; then
    JDK_HOME=$newer
    return 0
  fi
  say 'Weft needs JDK 25, and none was found.' 'Weft 需要 JDK 25，但没有找到。'
  if [ -n "$seen" ]; then
    say 'Older ones that were found:' '找到的较旧版本：'
    printf '%s' "$seen" | sort -u >&2
  fi
  say 'Install one, for example:' '请安装一个，例如：'
  cat >&2 <<'ADVICE'
  Debian/Ubuntu  sudo apt install openjdk-25-jdk        (or temurin-25-jdk)
  Fedora         sudo dnf install java-25-openjdk-devel
  macOS          brew install openjdk@25
  SDKMAN         sdk install java 25-tem
ADVICE
  say 'If it is in an unusual place, set JAVA_HOME to its folder.' \
    '如果安装在特殊位置，请把 JAVA_HOME 设为它的目录。'
  return 1
}
