#!/usr/bin/env bash
# Gives a team's pipelines their API tokens, renews them, and clears away what nobody needs.
#
#   ASTRO_API_TOKEN              a token of an Organization Owner
#   WORKSPACE_ID, DEPLOYMENT_ID  what the pipelines work on
#   SECRETS                      a folder that stands for the secret store: one file a value
set -euo pipefail

: "${ASTRO_API_TOKEN:?}" "${WORKSPACE_ID:?}" "${DEPLOYMENT_ID:?}" "${SECRETS:?}"
umask 077

step() { echo "== $*"; }

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# A captured value is a JWT with nothing before, after or below it.
keep() {
  [[ $2 =~ ^eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$ ]] || fail "$1 is not a token alone"
  printf '%s' "$2" >"$SECRETS/$1"
}

# Listings begin with ID and NAME.
id_of() { awk -v name="$2" 'NR > 1 && $2 == name { print $1 }' <<<"$1"; }
shows() { [ -n "$(id_of "$1" "$2")" ] || fail "the listing lacks $2"; }
hides() { [ -z "$(id_of "$1" "$2")" ] || fail "the listing still has $2"; }

differ() { [ "$1" != "$2" ] || fail "rotating returned the former value"; }

step "Workspace API token"
created=$(astro workspace token create --workspace-id "$WORKSPACE_ID" --name ci \
  --description "Deploys from main" --role WORKSPACE_OWNER --expiration 90 --clean-output)
keep workspace.created "$created"
ASTRO_API_TOKEN=$created astro workspace token list --workspace-id "$WORKSPACE_ID" >/dev/null

astro workspace token update --workspace-id "$WORKSPACE_ID" --name ci --new-name ci-main \
  --description "Deploys from the main branch"
listing=$(astro workspace token list --workspace-id "$WORKSPACE_ID")
shows "$listing" ci-main
hides "$listing" ci

rotated=$(astro workspace token rotate --workspace-id "$WORKSPACE_ID" --name ci-main -f --clean-output)
keep workspace.rotated "$rotated"
differ "$created" "$rotated"
if ASTRO_API_TOKEN=$created astro workspace token list --workspace-id "$WORKSPACE_ID" >/dev/null 2>&1; then
  fail "the former value goes on working"
fi
ASTRO_API_TOKEN=$rotated astro workspace token list --workspace-id "$WORKSPACE_ID" >/dev/null

deleted=$(astro workspace token create --workspace-id="$WORKSPACE_ID" -n nightly -r WORKSPACE_MEMBER -e 1 -c)
keep workspace.deleted "$deleted"
astro workspace token delete --workspace-id "$WORKSPACE_ID" --name nightly -f
listing=$(astro workspace token list --workspace-id "$WORKSPACE_ID")
hides "$listing" nightly
shows "$listing" ci-main

step "Deployment API token"
created=$(astro deployment token create --deployment-id "$DEPLOYMENT_ID" --name airflow --expiration 365 -c)
keep deployment.created "$created"
ASTRO_API_TOKEN=$created astro deployment list --workspace-id "$WORKSPACE_ID" >/dev/null

astro deployment token update --deployment-id "$DEPLOYMENT_ID" --name airflow --new-name airflow-main --role Deployer
listing=$(astro deployment token list --deployment-id "$DEPLOYMENT_ID")
shows "$listing" airflow-main
hides "$listing" airflow

rotated=$(astro deployment token rotate "$(id_of "$listing" airflow-main)" --deployment-id "$DEPLOYMENT_ID" \
  --force --clean-output)
keep deployment.rotated "$rotated"
differ "$created" "$rotated"

deleted=$(astro de to cr --deployment-id "$DEPLOYMENT_ID" -n scratch -r Deployer -c)
keep deployment.deleted "$deleted"
listing=$(astro de to ls --deployment-id "$DEPLOYMENT_ID")
astro de to de "$(id_of "$listing" scratch)" --deployment-id "$DEPLOYMENT_ID" -f
listing=$(astro de to ls --deployment-id "$DEPLOYMENT_ID")
hides "$listing" scratch
shows "$listing" airflow-main

step "Organization API token"
created=$(astro organization token create --name reports --role ORGANIZATION_MEMBER --clean-output)
keep organization.created "$created"
ASTRO_API_TOKEN=$created astro workspace list >/dev/null

astro organization token update -t reports -n reporting -r ORGANIZATION_BILLING_ADMIN
listing=$(astro organization token list)
shows "$listing" reporting
hides "$listing" reports
reporting=$(id_of "$listing" reporting)

rotated=$(astro org to ro -t reporting -f -c)
keep organization.rotated "$rotated"
differ "$created" "$rotated"

deleted=$(astro organization token create -n trial -d "Only for a day" -r ORGANIZATION_MEMBER -e 1 -c)
keep organization.deleted "$deleted"
astro organization token delete --name trial --force
listing=$(astro organization token list)
hides "$listing" trial
shows "$listing" reporting

step "One token in several places"
astro workspace token add --workspace-id "$WORKSPACE_ID" --org-token-name reporting --role WORKSPACE_MEMBER
astro workspace token organization-token update --workspace-id "$WORKSPACE_ID" --org-token-name reporting \
  --role WORKSPACE_AUTHOR
astro deployment token organization-token add "$reporting" --deployment-id "$DEPLOYMENT_ID" --role Deployer
astro deployment token workspace-token add --deployment-id "$DEPLOYMENT_ID" --workspace-id "$WORKSPACE_ID" \
  --workspace-token-name ci-main --role DEPLOYMENT_ADMIN
astro organization token roles "$reporting"
listing=$(astro deployment token list --deployment-id "$DEPLOYMENT_ID")
shows "$listing" airflow-main
shows "$listing" reporting
shows "$listing" ci-main

step "And out of them again"
# Removing asks nothing and has no flag to be spared the question.
astro deployment token workspace-token remove --deployment-id "$DEPLOYMENT_ID" --workspace-id "$WORKSPACE_ID" \
  --workspace-token-name ci-main
astro workspace token organization-token remove "$reporting" --org-token-name=reporting --workspace-id "$WORKSPACE_ID"
listing=$(astro deployment token list --deployment-id "$DEPLOYMENT_ID")
hides "$listing" ci-main
shows "$listing" reporting
listing=$(astro workspace token list --workspace-id "$WORKSPACE_ID")
hides "$listing" reporting
shows "$listing" ci-main

# Deleting does the same to a token of an outer scope.
astro workspace token add "$reporting" --workspace-id "$WORKSPACE_ID" --role WORKSPACE_MEMBER
astro workspace token delete "$reporting" --workspace-id "$WORKSPACE_ID" --force
listing=$(astro workspace token list --workspace-id "$WORKSPACE_ID")
hides "$listing" reporting
shows "$listing" ci-main
astro deployment token workspace-token add --deployment-id "$DEPLOYMENT_ID" --workspace-id "$WORKSPACE_ID" \
  --workspace-token-name ci-main --role DEPLOYMENT_ADMIN
astro deployment token delete --deployment-id "$DEPLOYMENT_ID" --name ci-main -f
listing=$(astro deployment token list --deployment-id "$DEPLOYMENT_ID")
hides "$listing" ci-main
shows "$listing" airflow-main
listing=$(astro organization token list)
shows "$listing" reporting

step "Done"
