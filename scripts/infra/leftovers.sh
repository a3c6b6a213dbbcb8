# shellcheck shell=bash
# Sourced by teardown: what AWS still has of an environment. Set before: name, environment, families,
# STATE_BUCKET, unlisted (questions of before that could not be asked).
# shellcheck disable=SC2154
# shellcheck source-path=SCRIPTDIR source=lib.sh
: "${root:?lib.sh has to be sourced before}"

# left KIND REMOVE COMMAND...: names what COMMAND prints as left, with the command that removes it.
left() {
  local kind=$1 remove=$2 found
  shift 2
  if ! found=$("$@" 2>"$problem"); then
    printf '  %-18s could not be asked: %s\n' "$kind" "$(grep -m 1 . "$problem" || echo "no reason")"
    unknown=$((unknown + 1))
    return
  fi
  found=$(tr '\t' '\n' <<<"$found" | grep -v -x -e '' -e None || true)
  [[ -n $found ]] || return 0
  while read -r one; do
    printf '  %-18s %s   remove: %s\n' "$kind" "$one" "${remove//ID/$one}"
    remaining=$((remaining + 1))
  done <<<"$found"
}

text() { aws "$@" --output text; }

report_leftovers() {
  remaining=0 unknown=$unlisted problem=$(mktemp)
  say "what AWS still has of $environment:"
  look_at_containers
  look_at_network
  look_at_the_rest
  rm -f "$problem"
  say_what_stays
  if ((unknown > 0)); then
    say "$unknown questions could not be asked, so it is not known whether all is gone" && exit 13
  fi
  if ((remaining > 0)); then say "$remaining are left" && exit 11; fi
  say "nothing"
}

look_at_containers() {
  left "task definition" "aws ecs deregister-task-definition --task-definition ID" list_revisions ACTIVE
  left cluster "aws ecs delete-cluster --cluster ID" \
    text ecs describe-clusters --clusters "$name" --query "clusters[?status=='ACTIVE'].clusterName"
  left "image repository" "aws ecr delete-repository --force --repository-name ID" \
    text ecr describe-repositories --query "repositories[?repositoryName=='$name'].repositoryName"
  left "log group" "aws logs delete-log-group --log-group-name ID" \
    text logs describe-log-groups --log-group-name-prefix "/ecs/$name-" --query 'logGroups[].logGroupName'
}

look_at_network() {
  local mine="Name=tag:Environment,Values=$environment" project
  project="Name=tag:Project,Values=$(common project)"
  left "load balancer" "aws elbv2 delete-load-balancer --load-balancer-arn ID" \
    text elbv2 describe-load-balancers --query "LoadBalancers[?LoadBalancerName=='$name'].LoadBalancerArn"
  left "target group" "aws elbv2 delete-target-group --target-group-arn ID" \
    text elbv2 describe-target-groups --query "TargetGroups[?starts_with(TargetGroupName, '$name-')].TargetGroupArn"
  left vpc "aws ec2 delete-vpc --vpc-id ID" \
    text ec2 describe-vpcs --filters "$mine" "$project" --query 'Vpcs[].VpcId'
  left "nat gateway" "aws ec2 delete-nat-gateway --nat-gateway-id ID" \
    text ec2 describe-nat-gateways --filter "$mine" "$project" "Name=state,Values=pending,available" \
    --query "NatGateways[?Tags[?Key=='Environment' && Value=='$environment']].NatGatewayId"
  left address "aws ec2 release-address --allocation-id ID" \
    text ec2 describe-addresses --filters "$mine" "$project" --query 'Addresses[].AllocationId'
  left "vpc endpoint" "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ID" \
    text ec2 describe-vpc-endpoints --filters "$mine" "$project" \
    --query "VpcEndpoints[?State!='deleted'].VpcEndpointId"
  left "security group" "aws ec2 delete-security-group --group-id ID" \
    text ec2 describe-security-groups --filters "$mine" "$project" --query 'SecurityGroups[].GroupId'
}

look_at_the_rest() {
  left volume "aws efs delete-file-system --file-system-id ID" text efs describe-file-systems \
    --query "FileSystems[?CreationToken=='$name-ledger' && LifeCycleState!='deleted'].FileSystemId"
  left "event rule" "aws events remove-targets --rule ID --ids ledger && aws events delete-rule --name ID" \
    text events list-rules --name-prefix "$name-" --query 'Rules[].Name'
  left "api destination" "aws events delete-api-destination --name ID" \
    text events list-api-destinations --name-prefix "$name-" --query 'ApiDestinations[].Name'
  # This command alone ignores AWS_ENDPOINT_URL.
  left queue "aws sqs delete-queue --queue-url ID" text sqs list-queues --queue-name-prefix "$name-" \
    ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} --query 'QueueUrls[]'
  left alarm "aws cloudwatch delete-alarms --alarm-names ID" \
    text cloudwatch describe-alarms --alarm-name-prefix "$name-" --query 'MetricAlarms[].AlarmName'
  left role "aws iam delete-role --role-name ID, after its policies" \
    text iam list-roles --query "Roles[?starts_with(RoleName, '$name-')].RoleName"
  left parameter "aws ssm delete-parameter --name ID" text ssm describe-parameters \
    --parameter-filters "Key=Name,Option=BeginsWith,Values=/$name-ledger/" --query 'Parameters[].Name'
}

say_what_stays() {
  say "kept on purpose: the role $(common execution_role_name), which was given;" \
    "the bucket $STATE_BUCKET with old versions of states (scripts/infra/bootstrap --destroy);" \
    "secrets that were made beside Terraform; recovery points of AWS Backup (prod)"
}
