# Builds the jars of an earlier commit and runs dev.weft.faults.upgrade.UpgradeMain with them and with
# today's. Sourced by scripts/faults, which has set ROOT, JDK_HOME, maven and java.

SERVICES='auth rag chat mcp gateway'

# The modules of the five services, for Maven.
service_modules() {
  local service list=''
  for service in $SERVICES; do list=$list,verticles/$service; done
  printf '%s\n' "${list#,}"
}

# Whether all five jars of a checkout are there.
has_jars() {
  local service
  for service in $SERVICES; do
    [ -f "$1/verticles/$service/target/weft-$service.jar" ] || return 1
  done
}

# usage: upgrade [--from REF] [--seconds N] [--clients N]
upgrade() {
  local ref='' more=() commit old jars=() service
  while [ $# -gt 0 ]; do
    case "$1" in
      --from) ref=$2; shift ;;
      --seconds | --clients) more+=("$1" "$2"); shift ;;
      *) echo "Unknown option $1" >&2; return 2 ;;
    esac
    shift
  done
  if [ -z "$ref" ]; then ref=$(git describe --tags --abbrev=0 2>/dev/null || echo HEAD~1); fi
  commit=$(git rev-parse --verify --short "$ref^{commit}") || return 2
  old=$ROOT/target/upgrade/$commit
  if ! has_jars "$old"; then
    echo "Building the jars of $commit ($ref) in $old ..."
    rm -rf "$old"
    mkdir -p "$old"
    git archive "$commit" | tar -x -C "$old"
    (cd "$old" && JAVA_HOME=$JDK_HOME "$maven" -q -B -ntp package -pl "$(service_modules)" -am \
      -Dmaven.test.skip=true -Dexec.skip=true) || return 1
  fi
  for service in $SERVICES; do jars+=("$ROOT/verticles/$service/target/weft-$service.jar"); done
  build "${jars[@]}" -- -pl "$(service_modules)" -am || return 1
  rm -rf "$ROOT/target/upgrade/run"
  "${java[@]}" dev.weft.faults.upgrade.UpgradeMain --from "$old" --to "$ROOT" \
    --directory "$ROOT/target/upgrade/run" ${more[@]+"${more[@]}"}
}
