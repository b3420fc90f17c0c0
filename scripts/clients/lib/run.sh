# Runs a client's test.mjs with its locked packages; sourced by the `run` beside it.
# Arguments: base URL of a running Weft, API key. Exit codes: 0 all passed, 1 failed, 2 usage.

if [[ $# -ne 2 ]]; then
  echo "usage: $0 BASE_URL API_KEY" >&2
  exit 2
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "Node.js 18 or newer with npm is needed to run $0; see https://nodejs.org" >&2
  exit 2
fi

# Packages are brought again only when the lock file has changed.
stamp=node_modules/.weft-lock
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --silent --no-audit --no-fund --ignore-scripts
  cp package-lock.json "$stamp"
fi
exec node test.mjs "$@"
