import type { Addresses } from './addresses.ts'
import { nodeId } from './exchange.ts'

/** The account behind GITHUB_TOKEN, with its real number. */
export const actionsBot = {
  login: 'github-actions[bot]',
  id: 41_898_282,
  email: '41898282+github-actions[bot]@users.noreply.github.com',
}

export const renderActionsBot = (addresses: Addresses) =>
  renderAccount(addresses, { ...actionsBot, type: 'Bot' })

export const renderOwner = (addresses: Addresses, login: string) =>
  renderAccount(addresses, { login, id: 1, type: 'Organization' })

export const renderPerson = (addresses: Addresses, login: string) =>
  renderAccount(addresses, { login, id: 2, type: 'User' })

function renderAccount(
  { apiUrl }: Addresses,
  { login, id, type }: { login: string; id: number; type: string },
) {
  const url = `${apiUrl}/users/${encodeURIComponent(login)}`
  return {
    login,
    id,
    node_id: nodeId('User', id),
    avatar_url: `${apiUrl}/avatars/u/${id}`,
    gravatar_id: '',
    url,
    html_url: `${apiUrl}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  }
}
