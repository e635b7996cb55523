import type { Tree } from '../tree.ts'
import {
  assignedKeys,
  assignedList,
  assignedString,
  mentions,
  requiredVariables,
  type Route,
  routesIn,
  type Token,
  tokensOf,
} from './python.ts'

/** A Django project, as far as its files tell without running it. */
export interface DjangoProject {
  /** Where manage.py lies; empty for the root. */
  readonly directory: string
  readonly settings: string
  readonly settingsFiles: readonly string[]
  readonly apps: readonly string[]
  /** Aliases of DATABASES. */
  readonly databases: readonly string[]
  readonly readsDatabaseUrl: boolean
  /** Variables that it does not start without. */
  readonly required: readonly string[]
  readonly reads: (variable: string) => boolean
  readonly hasInitialData: boolean
  /** The module that a server starts: `project.wsgi`. */
  readonly wsgi: string
  /** The table of its users, where that is certain. */
  readonly userTable: string | undefined
  /** Whether the root has a page. */
  readonly home: boolean
  readonly login: { readonly path: string; readonly endsAt: string | undefined } | undefined
  readonly redirectsToHttps: boolean
  readonly hasStaticRoot: boolean
}

/** The project of the outermost manage.py that names its settings. */
export async function lookAtDjango(
  tree: Tree,
  paths: readonly string[],
): Promise<DjangoProject | undefined> {
  for (const manage of paths.filter(isManage).sort(byDepth)) {
    const module = settingsNamedIn(tokensOf((await tree.read(manage)) ?? ''))
    if (module === undefined) continue
    const directory = manage.replace(/\/?manage\.py$/, '')
    return project(tree, paths, directory, module)
  }
  return undefined
}

const isManage = (path: string) => /(^|\/)manage\.py$/.test(path)

const byDepth = (one: string, other: string) =>
  one.split('/').length - other.split('/').length || (one < other ? -1 : 1)

function settingsNamedIn(tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex(
    ({ kind, text }) => kind === 'string' && text === 'DJANGO_SETTINGS_MODULE',
  )
  const named = tokens.slice(at + 1, at + 4).find(({ kind }) => kind === 'string')?.text
  return at >= 0 && named !== undefined && isModule(named) ? named : undefined
}

const isModule = (name: string) => /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name)

async function project(
  tree: Tree,
  paths: readonly string[],
  directory: string,
  settings: string,
): Promise<DjangoProject> {
  const at = (path: string) => (directory === '' ? path : `${directory}/${path}`)
  const settingsFiles = filesOf(settings, paths, at)
  const tokens = await tokensIn(tree, settingsFiles)
  const apps = assignedList(tokens, (name) => /^\w*APPS$/.test(name))
  const urls = assignedString(tokens, 'ROOT_URLCONF') ?? ''
  const routes = routesIn(await tokensIn(tree, [at(fileOf(urls))]))
  const wsgi = assignedString(tokens, 'WSGI_APPLICATION')?.replace(/\.\w+$/, '')
  return {
    directory,
    settings,
    settingsFiles,
    apps,
    databases: assignedKeys(tokens, 'DATABASES'),
    readsDatabaseUrl: mentions(tokens, 'DATABASE_URL') || readsItByItself.test(words(tokens)),
    required: requiredVariables(tokens),
    reads: (variable) => mentions(tokens, variable),
    hasInitialData: paths.some((path) =>
      /(^|\/)management\/commands\/load_initial_data\.py$/.test(path),
    ),
    wsgi: wsgi !== undefined && isModule(wsgi) ? wsgi : `${settings.split('.')[0] ?? ''}.wsgi`,
    userTable: await userTableOf(tree, tokens, apps, at),
    home: routes.some(({ path, target }) => path === '/' && !target.startsWith('include')),
    login: loginIn(routes, tokens),
    hasStaticRoot: words(tokens).includes('STATIC_ROOT ='),
    redirectsToHttps: /SECURE_SSL_REDIRECT = (True|not)/.test(words(tokens)),
  }
}

/** Without a name these two read DATABASE_URL. */
const readsItByItself = /dj_database_url \. config \( (?!env )|\benv \. db \( \)/

const words = (tokens: readonly Token[]) => tokens.map(({ text }) => text).join(' ')

const fileOf = (module: string) => `${module.replaceAll('.', '/')}.py`

/** Of a package of settings all its modules: one imports the other. */
function filesOf(settings: string, paths: readonly string[], at: (path: string) => string) {
  const file = at(fileOf(settings))
  const folder = paths.includes(file)
    ? file.replace(/\/?[^/]+$/, '')
    : at(settings.replaceAll('.', '/'))
  if (!paths.includes(`${folder}/__init__.py`) || !/(^|\/)settings$/.test(folder)) return [file]
  const isTest = /(^|[/_])(tests?|testing|ci)\.py$/
  return paths.filter(
    (path) =>
      path.startsWith(`${folder}/`) &&
      /^[^/]+\.py$/.test(path.slice(folder.length + 1)) &&
      !isTest.test(path),
  )
}

async function tokensIn(tree: Tree, files: readonly string[]): Promise<Token[]> {
  const texts = await Promise.all(files.map((file) => tree.read(file)))
  return texts.flatMap((text) => tokensOf(text ?? ''))
}

/** Of `users.User` it is users_user, unless the model names another. */
async function userTableOf(
  tree: Tree,
  tokens: readonly Token[],
  apps: readonly string[],
  at: (path: string) => string,
): Promise<string | undefined> {
  const model = assignedString(tokens, 'AUTH_USER_MODEL')
  if (model === undefined) return apps.includes('django.contrib.auth') ? 'auth_user' : undefined
  const [, label, name] = /^([A-Za-z_]\w*)\.([A-Za-z_]\w*)$/.exec(model) ?? []
  if (label === undefined || name === undefined) return undefined
  const modules = apps.map((app) => app.replace(/\.apps\.\w+$/, ''))
  const folder = modules.find((one) => one.split('.').at(-1) === label)?.replaceAll('.', '/')
  if (folder === undefined) return undefined
  const models = await tree.read(at(`${folder}/models.py`))
  if (models === undefined || mentions(tokensOf(models), 'db_table')) return undefined
  return `${label}_${name}`.toLowerCase()
}

function loginIn(routes: readonly Route[], tokens: readonly Token[]): DjangoProject['login'] {
  const own = routes.find(({ target }) => /\bLoginView\b/.test(target))
  const included = routes.find(({ target }) =>
    /^include (django\.contrib\.auth\.urls|allauth\.urls|allauth\.account\.urls)/.test(target),
  )
  const path = own?.path ?? (included && `${included.path}login/`)
  if (path === undefined) return undefined
  const end = assignedString(tokens, 'LOGIN_REDIRECT_URL') ?? ''
  const endsAt = end.startsWith('/') ? end : routes.find(({ name }) => name === end)?.path
  return { path, endsAt }
}
