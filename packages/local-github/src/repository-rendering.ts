import { nodeId } from './exchange.ts'
import type { Call } from './exchange.ts'
import { renderOwner } from './people.ts'
import { grants } from './tokens.ts'

/** A repository as the API description's schema `minimal-repository` has it. */
export function renderMinimalRepository({ addresses, repository }: Call) {
  const { state, name: fullName } = repository
  const [login = '', name = ''] = fullName.split('/')
  const url = addresses.api(fullName)
  const below = Object.fromEntries(
    Object.entries(templates).map(([field, path]) => [field, `${url}/${path}`]),
  ) as Record<keyof typeof templates, string>
  return {
    id: state.id,
    node_id: nodeId('Repository', state.id),
    name,
    full_name: fullName,
    private: state.private,
    owner: renderOwner(addresses, login),
    html_url: addresses.page(fullName),
    description: null,
    fork: false,
    url,
    ...below,
  }
}

/** The schema `full-repository`: what GET /repos/{owner}/{repo} answers. */
export function renderFullRepository(call: Call) {
  const { addresses, repository, token } = call
  const { state, name } = repository
  const own = token?.repository === name ? token : undefined
  const push = own !== undefined && grants(own, 'contents', 'write')
  return {
    ...renderMinimalRepository(call),
    git_url: `git://127.0.0.1/${name}.git`,
    ssh_url: `git@127.0.0.1:${name}.git`,
    clone_url: `${addresses.page(name)}.git`,
    svn_url: addresses.page(name),
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    subscribers_count: 0,
    network_count: 0,
    size: 0,
    default_branch: state.defaultBranch,
    open_issues_count: state.issues.filter((issue) => issue.state === 'open').length,
    open_issues: state.issues.filter((issue) => issue.state === 'open').length,
    topics: [],
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: state.private ? 'private' : 'public',
    pushed_at: state.createdAt,
    created_at: state.createdAt,
    updated_at: state.createdAt,
    permissions: { admin: false, push, pull: true },
  }
}

const templates = {
  archive_url: '{archive_format}{/ref}',
  assignees_url: 'assignees{/user}',
  blobs_url: 'git/blobs{/sha}',
  branches_url: 'branches{/branch}',
  collaborators_url: 'collaborators{/collaborator}',
  comments_url: 'comments{/number}',
  commits_url: 'commits{/sha}',
  compare_url: 'compare/{base}...{head}',
  contents_url: 'contents/{+path}',
  contributors_url: 'contributors',
  deployments_url: 'deployments',
  downloads_url: 'downloads',
  events_url: 'events',
  forks_url: 'forks',
  git_commits_url: 'git/commits{/sha}',
  git_refs_url: 'git/refs{/sha}',
  git_tags_url: 'git/tags{/sha}',
  hooks_url: 'hooks',
  issue_comment_url: 'issues/comments{/number}',
  issue_events_url: 'issues/events{/number}',
  issues_url: 'issues{/number}',
  keys_url: 'keys{/key_id}',
  labels_url: 'labels{/name}',
  languages_url: 'languages',
  merges_url: 'merges',
  milestones_url: 'milestones{/number}',
  notifications_url: 'notifications{?since,all,participating}',
  pulls_url: 'pulls{/number}',
  releases_url: 'releases{/id}',
  stargazers_url: 'stargazers',
  statuses_url: 'statuses/{sha}',
  subscribers_url: 'subscribers',
  subscription_url: 'subscription',
  tags_url: 'tags',
  teams_url: 'teams',
  trees_url: 'git/trees{/sha}',
}
