/** Where things are; ports change with every start, so no address is ever stored. */
export class Addresses {
  readonly apiUrl: string
  readonly uploadUrl: string
  readonly assetUrl: string

  constructor(urls: { apiUrl: string; uploadUrl: string; assetUrl: string }) {
    this.apiUrl = urls.apiUrl
    this.uploadUrl = urls.uploadUrl
    this.assetUrl = urls.assetUrl
  }

  /** `path` begins with a slash, or is empty for the repository itself. */
  api(repository: string, path = ''): string {
    return `${this.apiUrl}/repos/${repository}${path}`
  }

  /** The page for people. There is none here; only release downloads are served at it. */
  page(repository: string, path = ''): string {
    return `${this.apiUrl}/${repository}${path}`
  }
}
