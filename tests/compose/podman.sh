#!/bin/sh
# Runs the compose file under podman: builds the image, starts every service, makes a map through the
# API with the token, and removes all of it again, data included. The checks do not run this: it needs
# podman, podman-compose, and a registry that serves the images named in docker-compose.yml.
#
#     sh tests/compose/podman.sh
#
# Podman completes the name of an image only where /etc/containers/registries.conf names a registry
# (`unqualified-search-registries`); REDIS_IMAGE, POSTGRES_IMAGE and BASE_IMAGE take complete names.
set -eu
cd "$(dirname "$0")/../.."

project=repscope-podman-check
port=${PORT:-18000}
#: Seconds in which a service has to be healthy; the first start makes the database.
patience=300

fail() {
    echo "podman.sh: $1" >&2
    exit 1
}

command -v podman >/dev/null || fail "podman is not installed."
command -v podman-compose >/dev/null || fail "podman-compose is not installed."
version=$(podman-compose --version 2>/dev/null | sed -n 's/.*podman-compose[^0-9]*\([0-9.]*\).*/\1/p' | head -n 1)
case $version in
    "" | 0.* | 1.0 | 1.0.*)
        fail "podman-compose 1.1 or newer is needed; ${version:-this one} starts a service before those that it needs."
        ;;
esac

token=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
export REPSCOPE_TOKEN="$token" REPSCOPE_PUBLISH="127.0.0.1:$port"
export REPSCOPE_INTERNAL_PASSWORD="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"

compose() {
    podman-compose --project-name "$project" --file docker-compose.yml "$@"
}

api() {
    curl --silent --show-error --fail --max-time 30 --header "Authorization: Bearer $token" \
        --header "Content-Type: application/json" "$@"
}

remove() {
    compose down --volumes >/dev/null 2>&1 || echo "podman.sh: \`podman ps\` shows what is left." >&2
}

compose build || fail "the image could not be built; see above whether the base image could be pulled."
trap remove EXIT
compose up --detach || fail "the services did not start; see above whether their images could be pulled."

for service in redis postgres backend worker-live worker-compute worker-train; do
    container=$(podman ps --quiet --filter "label=com.docker.compose.project=$project" \
        --filter "label=com.docker.compose.service=$service")
    [ -n "$container" ] || fail "$service does not run."
    waited=0
    # Asked here, since a machine without systemd has nothing that would run the checks by the clock.
    until podman healthcheck run "$container" >/dev/null 2>&1; do
        [ "$waited" -lt "$patience" ] || { podman logs "$container" >&2; fail "$service is not healthy."; }
        sleep 2
        waited=$((waited + 2))
    done
    echo "$service is healthy"
done

recipe='{"kind": "projection", "method": "pca", "inputs": {"embedding": {"kind": "embedding",
    "method": "embed", "inputs": {"dataset": {"kind": "dataset", "method": "digits"},
    "encoder": {"kind": "encoder", "method": "pixels"}}}}}'
first=$(curl --silent --output /dev/null --write-out '%{http_code}' "http://127.0.0.1:$port/api/jobs")
[ "$first" = 401 ] || fail "the API answered $first without the token."
waited=0
# Asking again for the same map is harmless: it answers with the same job.
until api --data "$recipe" "http://127.0.0.1:$port/api/jobs" | grep -q '"state": *"done"'; do
    [ "$waited" -lt "$patience" ] || fail "the map was not made."
    sleep 1
    waited=$((waited + 1))
done
echo "A map was made under podman."
