import Ledger

/// Writes objects with their members in the order in which GitHub sends them, which a dictionary
/// for compression has to know: the fixtures themselves are in alphabetical order.
enum GitHubOrder {
  static func write(_ json: JSON) -> [UInt8] {
    var text = ""
    write(json, to: &text)
    return Array(text.utf8)
  }

  private static func write(_ json: JSON, to text: inout String) {
    switch json {
    case .object(let members):
      text += "{"
      for (position, key) in order(members).enumerated() {
        text += (position == 0 ? "\"" : ",\"") + key + "\":"
        write(members[key] ?? .null, to: &text)
      }
      text += "}"
    case .array(let elements):
      text += "["
      for (position, element) in elements.enumerated() {
        if position > 0 { text += "," }
        write(element, to: &text)
      }
      text += "]"
    default: text += json.canonicalString
    }
  }

  /// As the shape that shares most members with it; what that does not name comes last.
  private static func order(_ members: [String: JSON]) -> [String] {
    let best = shapes.max { shared($0, members) < shared($1, members) } ?? []
    return best.filter { members[$0] != nil }
      + members.keys.filter { !best.contains($0) }.sorted()
  }

  private static func shared(_ shape: [String], _ members: [String: JSON]) -> Int {
    shape.count { members[$0] != nil }
  }

  private static let shapes = texts.map { text in
    text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }

  private static let texts = [
    // the body itself
    """
    ref before after action number check_run check_suite workflow_run workflow_job workflow
    deployment_status deployment release package registry_package review pull_request merge_group
    rule repository_ruleset environment event approver comment since workflow_job_runs hook_id hook
    zen reason changes id sha name avatar_url target_url context description state commit branches
    created_at updated_at repository pusher organization sender installation requester created
    deleted forced base_ref compare commits head_commit
    """,
    // an account
    """
    login id node_id avatar_url gravatar_id url html_url followers_url following_url gists_url
    starred_url subscriptions_url organizations_url repos_url events_url received_events_url type
    user_view_type site_admin
    """,
    // an organization
    """
    login id node_id url repos_url events_url hooks_url issues_url members_url public_members_url
    avatar_url description
    """,
    // a repository
    """
    id node_id name full_name private owner html_url description fork url forks_url keys_url
    collaborators_url teams_url hooks_url issue_events_url events_url assignees_url branches_url
    tags_url blobs_url git_tags_url git_refs_url trees_url statuses_url languages_url
    stargazers_url contributors_url subscribers_url subscription_url commits_url git_commits_url
    comments_url issue_comment_url contents_url compare_url merges_url archive_url downloads_url
    issues_url pulls_url milestones_url notifications_url labels_url releases_url deployments_url
    created_at updated_at pushed_at git_url ssh_url clone_url svn_url homepage size
    stargazers_count watchers_count language has_issues has_projects has_downloads has_wiki
    has_pages has_discussions forks_count mirror_url archived disabled open_issues_count license
    allow_forking is_template web_commit_signoff_required topics visibility forks open_issues
    watchers default_branch stargazers master_branch organization allow_squash_merge
    allow_merge_commit allow_rebase_merge allow_auto_merge delete_branch_on_merge
    allow_update_branch use_squash_pr_title_as_default squash_merge_commit_message
    squash_merge_commit_title merge_commit_message merge_commit_title custom_properties
    """,
    // a pull request
    """
    url id node_id html_url diff_url patch_url issue_url number state locked title user body
    created_at updated_at closed_at merged_at merge_commit_sha assignee assignees
    requested_reviewers requested_teams labels milestone draft commits_url review_comments_url
    review_comment_url comments_url statuses_url head base _links author_association auto_merge
    active_lock_reason merged mergeable rebaseable mergeable_state merged_by comments
    review_comments maintainer_can_modify commits additions deletions changed_files
    """,
    "self html issue comments review_comments review_comment commits statuses",
    "label ref sha user repo", "url id number head base", "ref sha repo", "id url name",
    // checks
    """
    id name node_id head_sha external_id url html_url details_url status conclusion started_at
    completed_at output check_suite app pull_requests deployment
    """,
    "title summary text annotations_count annotations_url",
    """
    id node_id head_branch head_sha status conclusion url before after pull_requests app created_at
    updated_at rerequestable runs_rerequestable latest_check_runs_count check_runs_url head_commit
    """,
    """
    id client_id slug node_id owner name description external_url html_url created_at updated_at
    permissions events
    """,
    // workflows
    """
    id name node_id head_branch head_sha path display_title run_number event status conclusion
    workflow_id check_suite_id check_suite_node_id url html_url pull_requests created_at updated_at
    actor run_attempt referenced_workflows run_started_at triggering_actor jobs_url logs_url
    check_suite_url artifacts_url cancel_url rerun_url previous_attempt_url workflow_url
    head_commit repository head_repository
    """,
    "id node_id name path state created_at updated_at url html_url badge_url",
    """
    id run_id workflow_name head_branch run_url run_attempt node_id head_sha url html_url status
    conclusion created_at started_at completed_at name steps check_run_url labels runner_id
    runner_name runner_group_id runner_group_name
    """,
    "name status conclusion number started_at completed_at",
    // commits
    """
    id tree_id distinct message timestamp url author committer added removed modified
    """,
    "name email username date",
    "sha node_id commit url html_url comments_url author committer parents",
    "author committer message tree url comment_count verification",
    "verified reason signature payload verified_at", "name commit protected", "sha url html_url",
    // deployments
    """
    url id node_id task original_environment environment description created_at updated_at
    statuses_url repository_url creator sha ref payload transient_environment
    production_environment performed_via_github_app
    """,
    """
    url id node_id state creator description environment target_url created_at updated_at
    deployment_url repository_url environment_url log_url performed_via_github_app
    """,
    // releases, reviews, packages
    """
    url assets_url upload_url html_url id author node_id tag_name target_commitish name draft
    prerelease created_at published_at assets tarball_url zipball_url body
    """,
    """
    id node_id user body commit_id submitted_at state html_url pull_request_url author_association
    _links
    """,
    """
    id name namespace description ecosystem package_type html_url created_at updated_at owner
    package_version registry
    """,
    """
    id version summary name description body body_html release manifest html_url tag_name
    target_commitish target_oid draft prerelease created_at updated_at metadata container_metadata
    docker_metadata package_files package_url author source_url installation_command
    """,
    // hooks and installations
    "type id name active events config updated_at created_at url test_url ping_url deliveries_url last_response",
    """
    id client_id account repository_selection access_tokens_url repositories_url html_url app_id
    app_slug target_id target_type permissions events created_at updated_at single_file_name
    has_multiple_single_files single_file_paths suspended_by suspended_at
    """,
  ]
}
