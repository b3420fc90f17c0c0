# Builds what is missing or stale; sourced after common.sh and jdk.sh. Needs ROOT and JDK_HOME.

BUILD_LOG=$ROOT/target/build.log

# Whether any source, resource or pom that ends up in the jar is newer than it. Folders count too:
# removing a file changes its folder. A jar carries the time its build began.
stale() {
  [ -f "$1" ] || return 0
  [ -n "$(find "$ROOT/pom.xml" "$ROOT"/shared/*/pom.xml "$ROOT"/verticles/*/pom.xml \
    "$ROOT"/shared/*/src/main "$ROOT"/verticles/*/src/main \
    -newer "$1" -print 2>/dev/null | head -n 1)" ]
}

any_stale() {
  local jar
  for jar in "$@"; do
    if stale "$jar"; then return 0; fi
  done
  return 1
}

maven_command() {
  if [ -x "$ROOT/mvnw" ]; then
    printf '%s\n' "$ROOT/mvnw"
  elif command -v mvn >/dev/null 2>&1; then
    printf '%s\n' mvn
  else
    say 'Weft needs Maven 3.8 or newer to build itself (apt install maven, brew install maven).' \
      'Weft 需要 Maven 3.8 或更高版本来构建（apt install maven、brew install maven）。'
    return 1
  fi
}

# The lines of a Maven log that say why it failed.
show_failure() {
  grep -E '^\[(ERROR|FATAL)\]|COMPILATION ERROR|BUILD FAILURE' "$BUILD_LOG" \
    | grep -vE 'Re-run Maven|-> \[Help|\[Help 1\]|For more information|^\[ERROR\] *$' \
    | awk '!seen[$0]++' | head -n 30 >&2
}

# Runs Maven without tests; one progress line on the terminal, everything in the log.
# usage: build <jars that must be there afterwards> -- <Maven arguments>
build() {
  local maven jars jar status began lock=$ROOT/target/build.lock
  maven=$(maven_command) || return 1
  jars=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do
    jars+=("$1")
    shift
  done
  shift
  mkdir -p "$ROOT/target"
  if ! take_lock "$lock"; then return 1; fi
  # Another build may just have made them.
  if ! any_stale "${jars[@]}"; then
    rm -rf "$lock"
    return 0
  fi
  began=$ROOT/target/build.began
  touch "$began"
  set +e
  (cd "$ROOT" && JAVA_HOME=$JDK_HOME "$maven" -B -ntp package -Dmaven.test.skip=true -Dexec.skip=true "$@" 2>&1) \
    | tee "$BUILD_LOG" \
    | progress '/^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ {
        n = $NF; gsub(/[\[\]]/, "", n); split(n, of, "/")
        name = $0; sub(/^\[INFO\] Building /, "", name); sub(/ [0-9][^ ]* +\[[0-9\/]+\]$/, "", name)
        step("Building: module " of[1] " of " of[2] " (" name ")")
      }'
  status=${PIPESTATUS[0]}
  set -e
  rm -rf "$lock"
  if [ "$status" -ne 0 ]; then
    say "The build failed. What Maven said (all of it: $BUILD_LOG):" \
      "构建失败。Maven 的输出（完整内容：$BUILD_LOG）："
    show_failure
    return 1
  fi
  for jar in "${jars[@]}"; do
    touch -r "$began" "$jar"
  done
}

# One build at a time in a checkout: a folder as lock, with the holder's pid inside.
take_lock() {
  local holder told=''
  until mkdir "$1" 2>/dev/null; do
    holder=$(cat "$1/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$1"
      continue
    fi
    if [ -z "$told" ]; then
      say "Waiting for another build of this checkout (pid ${holder:-?}) ..." \
        "正在等待此目录的另一次构建（进程 ${holder:-?}）……"
      told=1
    fi
    sleep 1
  done
  printf '%s\n' "$$" >"$1/pid"
}
