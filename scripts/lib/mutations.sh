# Row 20 of the fault table: the code is sabotaged, one patch at a time, in a copy, and the rows that
# a patch names must notice. Sourced by scripts/faults, which has set ROOT, JDK_HOME and classpath.

# usage: mutations [--seed N] [--seconds N] [--only NAME] ...
mutations() {
  local seed=$((RANDOM % 1000)) seconds=40 only='' argument patch name rows copy log status=0
  while [ $# -gt 0 ]; do
    case "$1" in
      --seed) seed=$2; shift ;;
      --seconds) seconds=$2; shift ;;
      --only) only=$2; shift ;;
    esac
    shift
  done
  MUTANTS=$(mktemp -d)
  trap 'rm -rf "$MUTANTS"' EXIT
  for patch in "$ROOT"/scripts/lib/mutations/*.patch; do
    name=$(basename "$patch" .patch)
    if [ -n "$only" ] && [ "$only" != "$name" ]; then continue; fi
    rows=$(sed -n 's/^rows: //p' "$patch")
    copy=$MUTANTS/$name
    if ! mutant "$copy" "$patch"; then
      echo "mutant $name: BROKEN: the patch no longer fits the code, or what it makes does not compile"
      status=1
      continue
    fi
    log=$ROOT/target/faults/mutant-$name.log
    mkdir -p "$ROOT/target/faults"
    if ! faults "$classpath" "$log" "$rows" "$seconds" "$seed"; then
      echo "mutant $name: rows $rows fail without it (seed $seed, $log)"
      status=1
    elif faults "$copy/classes:$classpath" "$log" "$rows" "$seconds" "$seed"; then
      echo "mutant $name: NOT NOTICED by rows $rows (seed $seed, $log)"
      status=1
    elif ! grep -q 'FAILED' "$log" || grep -q 'the run itself failed' "$log"; then
      echo "mutant $name: the run broke down, which shows nothing ($log)"
      status=1
    else
      echo "mutant $name: noticed by rows $rows (seed $seed): $(sed -n '/FAILED/{n;p;q;}' "$log" | cut -c 1-160)"
    fi
  done
  return "$status"
}

# Copies the module, applies the patch exactly, and compiles what is sabotaged.
mutant() {
  mkdir -p "$1/shared/durable" "$1/classes"
  cp -R "$ROOT/shared/durable/src" "$1/shared/durable/"
  (cd "$1" && patch -p1 --batch --fuzz=0 < "$2" > /dev/null) || return 1
  # A module finds its migrations beside its classes.
  cp -R "$1/shared/durable/src/main/resources/." "$1/classes/"
  find "$1/shared/durable/src/main/java" -name '*.java' > "$1/sources"
  "$JDK_HOME/bin/javac" -nowarn -parameters -proc:none -d "$1/classes" -cp "$classpath" "@$1/sources"
}

faults() {
  "$JDK_HOME/bin/java" -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -cp "$1" dev.weft.testkit.faults.FaultsMain \
    --rows "$3" --seconds "$4" --seed "$5" > "$2" 2>&1
}
