# The start-up cache (JEP 483/514) of the jar that `weft` runs; sourced after common.sh and jdk.sh.

# Sets AOT_CACHE to a cache that fits the jar and the JDK, made on the first call after a build by
# one training run on a throwaway data folder; to nothing when there is none and none can be made.
# usage: aot_cache <jar> <the JVM options that the runs will have>
aot_cache() {
  local jar=$1 print cache failed log scratch
  shift
  AOT_CACHE=''
  print=$(printf '%s\n' "$(fingerprint "$jar")" "$(cat "$JDK_HOME/release")" "$*" | cksum | cut -d ' ' -f 1)
  cache=${jar%.jar}-$print.aot
  failed=$cache.failed
  log=$ROOT/target/aot.log
  if [ -f "$cache" ]; then
    AOT_CACHE=$cache
    return 0
  fi
  # One that could not be made is not tried again for the same jar.
  [ -f "$failed" ] && return 0
  [ -w "$(dirname "$jar")" ] || return 0
  [ -t 2 ] && say 'Making the start-up cache (once a build) ...' '正在生成启动缓存（每次构建一次）……'
  rm -f "${jar%.jar}"-*.aot "${jar%.jar}"-*.aot.failed
  mkdir -p "$ROOT/target"
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-training.XXXXXX") || return 0
  if (cd "$scratch" && env -u OPENAI_API_KEY -u OPENROUTER_API_KEY -u DATABASE_URL \
    WEFT_HOME="$ROOT" "$JDK_HOME/bin/java" "$@" "-XX:AOTCacheOutput=$cache.$$" \
    -jar "$jar" train --data "$scratch/data" </dev/null >"$log" 2>&1) && [ -f "$cache.$$" ]; then
    mv "$cache.$$" "$cache"
    AOT_CACHE=$cache
  else
    rm -f "$cache.$$"
    : >"$failed"
  fi
  rm -rf "$scratch"
  return 0
}
