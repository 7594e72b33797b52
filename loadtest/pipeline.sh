# Sourced by measure and flame, which run the load test against an `up` of their own: wants `out`, a folder.
mkdir -p "$out"
out=$(cd "$out" && pwd)
ingest=28080 delivery=28081 fanout=28082 broker=29092
up= failed=0

down() {
  [ -z "$up" ] && return
  kill "$up" 2>/dev/null || true
  wait "$up" 2>/dev/null || true
  up=
  rm -rf "$out/data"
}
trap down EXIT

start() { # OPTION...
  down
  rm -rf "$out/data"
  ./tidegate up --data-dir "$out/data" --ingest-port $ingest --delivery-port $delivery --fanout-port $fanout \
    --kafka-port $broker "$@" >"$out/up.log" 2>&1 &
  up=$!
  for _ in $(seq 600); do
    curl -sf "http://127.0.0.1:$ingest/health/ready" >/dev/null && return
    kill -0 "$up" 2>/dev/null || break
    sleep 0.1
  done
  echo "up did not start:" >&2
  cat "$out/up.log" >&2
  exit 1
}

run() { # NAME PROFILE OPTION...: against what was started
  loadtest "$@" --ingest "http://127.0.0.1:$ingest" --delivery "http://127.0.0.1:$delivery" \
    --fanout "http://127.0.0.1:$fanout" --kafka "127.0.0.1:$broker"
}

loadtest() { # NAME PROFILE OPTION...
  local name=$1 code=0
  shift
  echo "$(date +%T) $name: loadtest $*"
  ./tidegate loadtest "$@" --out "$out/$name" >"$out/$name.txt" 2>"$out/$name.err" || code=$?
  tail -n 1 "$out/$name.txt"
  [ "$code" -eq 0 ] || { echo "exit $code"; failed=1; }
}
