# What the scripts of this folder share. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 2
}

need_dotnet() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is missing: see https://dotnet.microsoft.com/download, or 'apt-get install dotnet-sdk-10.0' where it is packaged."
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "These packages are missing, and only root can install them: run as root once: $*"
  fi
}

# Installs Debian packages, for their programs alone: PostgreSQL makes no cluster of its own, and no service is started, now or when the
# machine starts.
install() {
  command -v apt-get >/dev/null || fail "Please install: $* (this script knows apt-get only)."
  say "Installing $* …"
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/calendar.conf >/dev/null
  as_root apt-get update -qq
  without_services as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  case " $* " in *' nginx '*) as_root update-rc.d nginx disable >/dev/null 2>&1 || true ;; esac
}

# Debian asks this file whether a service that is being installed may start.
without_services() (
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { trap 'as_root rm -f "$policy"' EXIT; printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null; as_root chmod 755 "$policy"; }
  "$@"
)

have_postgres() {
  [ -n "${CALENDAR_POSTGRES_BIN:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null
}

have_icu() { ldconfig -p 2>/dev/null | grep -q libicuuc; }

icu_package() { apt-cache search --names-only '^libicu[0-9]+$' | sort -V | tail -n 1 | cut -d' ' -f1; }

# need [PACKAGE TEST]…: PostgreSQL and ICU always, and whatever else is named with the command that shows it is there.
need() {
  local missing=()
  have_postgres || missing+=(postgresql)
  have_icu || { as_root apt-get update -qq; missing+=("$(icu_package)"); }
  while [ $# -ge 2 ]; do
    eval "$2" >/dev/null 2>&1 || missing+=("$1")
    shift 2
  done
  [ ${#missing[@]} = 0 ] || install "${missing[@]}"
}

# need_node_modules FOLDER: what its lock file names. Without it the tests that read with it say so.
need_node_modules() {
  npm ls --prefix "$1" >/dev/null 2>&1 || npm ci --prefix "$1" --no-audit --no-fund --ignore-scripts >&2 || say "npm could not install what $1 names."
}
