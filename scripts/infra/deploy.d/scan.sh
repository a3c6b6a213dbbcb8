# shellcheck shell=bash disable=SC2004,SC2034,SC2154 # the parts of deploy share their variables
# What scanners found. Only a critical finding, or a scan that gives no answer, ends the deployment.

read_scan() {
  case $SCAN_FILE in
    none) say "not scanned: the gate decides whether that will do" ;;
    '') scan_of_ecr ;;
    *) record_and_judge "$SCAN_FILE" ;;
  esac
  read_advice
}

scan_of_ecr() {
  wait_for_scan
  record_and_judge "$work/scan.json"
}

# The ledger's own readers count.
record_and_judge() {
  "$ledger" record scan --digest "$digest" --from "$1" --dry-run >"$work/counts.json" ||
    fail "the scan could not be read; nothing was changed"
  record scan --digest "$digest" --from "$1" || fail "the scan could not be recorded; nothing was changed"
  judge
}

judge() {
  local critical
  say "scan: $(jq -r '"\(.critical) critical, \(.high) high, \(.medium) medium, \(.low) low"' \
    "$work/counts.json")"
  critical=$(jq -er '.critical | numbers' "$work/counts.json") || fail "the scan counts nothing"
  ((critical == 0)) || {
    summarise "✗ **$environment**: $critical critical findings in \`$image_text\`"
    fail "$critical critical findings: nothing was changed"
  }
}

wait_for_scan() {
  local until=$((SECONDS + SCAN_TIMEOUT)) status
  while true; do
    status=$(scan_status)
    case $status in
      COMPLETE | ACTIVE) return ;;
      NONE) start_scan ;;
      FAILED | UNSUPPORTED_IMAGE)
        fail "ECR could not scan the image: $status" \
          "Its basic scan reads the packages of a distribution, and an image on nothing has none." \
          "Give SCAN_FILE: scripts/infra/scan makes one of what scripts/infra/save-image kept." ;;
      SCAN_ELIGIBILITY_EXPIRED | FINDINGS_UNAVAILABLE | IMAGE_ARCHIVED)
        fail "ECR could not scan the image: $status" "Give the result of a scanner as SCAN_FILE." ;;
    esac
    ((SECONDS < until)) || fail "no result of the scan within ${SCAN_TIMEOUT}s (it is $status)"
    say "waiting for the scan ($status)"
    pause
  done
}

scan_status() {
  local error=$work/scan.error
  if aws ecr describe-image-scan-findings --repository-name "${image_repository#*/}" \
    --image-id "imageDigest=$digest" --output json >"$work/scan.json" 2>"$error"; then
    jq -r '.imageScanStatus.status // "UNKNOWN"' "$work/scan.json"
  elif grep -q ScanNotFoundException "$error"; then
    echo NONE
  else
    cat "$error" >&2
    fail "ECR could not be asked for the scan"
  fi
}

# ECR scans what is pushed; where that is off, it takes one of these a day.
start_scan() {
  aws ecr start-image-scan --repository-name "${image_repository#*/}" \
    --image-id "imageDigest=$digest" >/dev/null 2>"$work/scan.error" ||
    grep -q LimitExceeded "$work/scan.error" || say "the scan could not be started"
}

read_advice() {
  local file
  for file in $ADVISORY_FILES; do
    [[ -f $file ]] || continue
    record scan --digest "$digest" --from "$file" || say "advisory: $file was not recorded"
  done
}
