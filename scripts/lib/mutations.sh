# Row 20 of the fault table: the code is sabotaged, one patch at a time, in a copy, and what a patch
# names must notice: rows of the table, or tests where only they can bring the moment about. Sourced
# by scripts/faults, which has set ROOT, JDK_HOME, maven and classpath.

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
    if [ -z "$rows" ]; then
      tested_mutant "$name" "$patch" || status=1
      continue
    fi
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

# A mutant that tests must notice; that they pass without it is what the test suite shows.
tested_mutant() {
  local name=$1 patch=$2 copy=$MUTANTS/$1 module tests log=$ROOT/target/faults/mutant-$1.log
  read -r module tests <<< "$(sed -n 's/^tests: //p' "$patch")"
  mkdir -p "$copy" "$ROOT/target/faults"
  (cd "$ROOT" && tar -cf - --exclude=target pom.xml scripts/lib shared suites verticles) | tar -xf - -C "$copy"
  if ! (cd "$copy" && patch -p1 --batch --fuzz=0 < "$patch" > /dev/null); then
    echo "mutant $name: BROKEN: the patch no longer fits the code"
    return 1
  fi
  (cd "$copy" && JAVA_HOME=$JDK_HOME "$maven" -B -ntp -pl "$module" -am verify -Dformat.mode=--write \
    "-Dtest=$tests" "-Dit.test=$tests" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dfailsafe.failIfNoSpecifiedTests=false -Dfatjar.skip=true) > "$log" 2>&1 || true
  if grep -Eq 'Tests run: [1-9][0-9]*, (Failures: [1-9]|Failures: [0-9]+, Errors: [1-9])' "$log"; then
    echo "mutant $name: noticed by $tests: $(sed -n "s/^\[ERROR\]   \($tests\.[^:]*\).*/\1/p" "$log" \
      | sort -u | tr '\n' ' ')"
  else
    echo "mutant $name: NOT NOTICED by $tests ($log)"
    return 1
  fi
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
    --sun-misc-unsafe-memory-access=allow -cp "$1" dev.weft.faults.FaultsMain \
    --rows "$3" --seconds "$4" --seed "$5" > "$2" 2>&1
}
