import { parseArgs } from 'node:util'
import { startLocalGithub } from './server.ts'

const usage = `usage: npm run --silent local-github -- --dir DIR [options]

  --dir DIR             where the state lives; made when missing
  --repository O/N      default acme/journal
  --public              a public repository; default private
  --immutable-releases  publishing a release freezes it

Prints one line of JSON (apiUrl, uploadUrl, assetUrl, token, repository, gitDirectory) and serves
until SIGTERM or SIGINT.
`

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    repository: { type: 'string' },
    public: { type: 'boolean', default: false },
    'immutable-releases': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help || values.dir === undefined) {
  process.stderr.write(usage)
  process.exit(values.help ? 0 : 2)
}

const github = await startLocalGithub({
  directory: values.dir,
  private: !values.public,
  immutableReleases: values['immutable-releases'],
  ...(values.repository === undefined ? {} : { repository: values.repository }),
})

const { apiUrl, uploadUrl, assetUrl, token, repository } = github
const gitDirectory = github.gitDirectory()
process.stdout.write(
  `${JSON.stringify({ apiUrl, uploadUrl, assetUrl, token, repository, gitDirectory })}\n`,
)

const stop = () => {
  void github.close().then(() => process.exit(0))
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
