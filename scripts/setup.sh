# Set-up shared by ./test, ./demo and .ci/run: finds what is needed, installs what Debian has, and says plainly what is missing.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need_dotnet() {
    if ! command -v dotnet >/dev/null; then
        echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download (dotnet must be on the PATH)." >&2
        exit 69
    fi
    case "$(dotnet --version)" in
        10.*) ;;
        *) echo "The .NET 10 SDK is needed; dotnet --version says $(dotnet --version)." >&2; exit 69 ;;
    esac
}

# need_program COMMAND PACKAGE...   installs the Debian packages when the command is missing
need_program() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        echo "== installing $*"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null ||
            { echo "apt-get could not install $*." >&2; exit 69; }
    else
        echo "$command is needed. On Debian, as root: apt-get install --no-install-recommends $*" >&2
        exit 69
    fi
}

# The server of PostgreSQL, which Debian keeps outside the PATH; only the tests start one, on a free port and in a directory of their own.
need_postgres() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need_program initdb postgresql
}
