import { Failure } from '@recovery-playbook/failure'
import type { ExtensionFingerprint } from '../fingerprint/fingerprint.ts'
import { type Installer, installExtensionPackage } from '../pgdg.ts'
import type { Session } from '../session.ts'

/** Of Debian and PGDG, where the rule `postgresql-<major>-<name>` does not hold. */
const packages: Readonly<Record<string, string>> = {
  vector: 'pgvector',
  postgis: 'postgis-3',
  address_standardizer: 'postgis-3',
  address_standardizer_data_us: 'postgis-3',
  pg_cron: 'cron',
  pg_partman: 'partman',
  pg_qualstats: 'pg-qualstats',
  plperlu: 'plperl',
  plpython3u: 'plpython3',
  pltclu: 'pltcl',
  hll: 'hll',
  h3_postgis: 'h3',
  semver: 'semver',
  uint: 'pguint',
}

/** That no package of Debian or PGDG has, and the image that does. */
const images: Readonly<Record<string, string>> = {
  citus: 'citusdata/citus',
  pg_graphql: 'supabase/postgres',
  pg_net: 'supabase/postgres',
  supabase_vault: 'supabase/postgres',
  pgsodium: 'supabase/postgres',
}

/** Delivered with the server itself: they are in `postgresql-<major>`, or in none. */
const ofTheServer =
  /^(plpgsql|amcheck|hstore|citext|pgcrypto|uuid-ossp|pg_trgm|ltree|postgres_fdw|dblink)$/

/**
 * The package that has an extension, or undefined where none is known. The name comes out of a database:
 * what is no plain word is never handed to apt, which reads `name-` as 'remove'.
 */
export function packageOfExtension(name: string, major: number): string | undefined {
  if (name in images || !/^[a-z0-9]+([_-][a-z0-9]+)*$/.test(name)) return undefined
  if (ofTheServer.test(name)) return `postgresql-${major}`
  const own = Object.hasOwn(packages, name) ? packages[name] : undefined
  const ruled = name.startsWith('postgis_') ? 'postgis-3' : name.replaceAll('_', '-')
  return `postgresql-${major}-${own ?? ruled}`
}

/**
 * Installs the packages of extensions that this machine lacks.
 *
 * @param installer absent where nothing may be installed
 * @returns the packages that were installed
 * @throws Failure EXTENSION_MISSING naming each that is still not there, and the package or image that
 *   has it: this says nothing about the backup
 */
export async function provideExtensions(
  session: Session,
  major: number,
  extensions: readonly ExtensionFingerprint[],
  installer: Installer | undefined,
): Promise<string[]> {
  const missing = await missingOf(session, extensions)
  if (missing.length === 0) return []
  const wanted = new Set(missing.flatMap(({ name }) => packageOfExtension(name, major) ?? []))
  const installed: string[] = []
  const refusals: string[] = []
  for (const name of wanted) {
    if (installer === undefined) break
    const refusal = await installExtensionPackage(name, installer)
    if (refusal === undefined) installed.push(name)
    else refusals.push(refusal.split('\n', 1)[0]?.slice(0, 300) ?? '')
  }
  const still = await missingOf(session, missing)
  if (still.length > 0) throw extensionMissing(still, major, refusals)
  return installed
}

async function missingOf(session: Session, extensions: readonly ExtensionFingerprint[]) {
  const available = await session.query<{ name: string }>(
    'SELECT name::text FROM pg_available_extensions',
  )
  return extensions.filter(({ name }) => !available.some((one) => one.name === name))
}

function extensionMissing(
  missing: readonly ExtensionFingerprint[],
  major: number,
  refusals: readonly string[],
): Failure {
  const names = missing.map(({ name, version }) => `${name} ${version}`.trimEnd()).join(', ')
  const known = new Set(missing.flatMap(({ name }) => packageOfExtension(name, major) ?? []))
  const others = missing.flatMap(({ name }) => {
    if (packageOfExtension(name, major) !== undefined) return []
    const image = Object.hasOwn(images, name) ? images[name] : undefined
    return [`${name}: ${image === undefined ? 'no package is known' : `the image ${image}`}`]
  })
  const command = `Install them for PostgreSQL ${major}: sudo apt-get install --yes ${[...known].join(' ')}`
  return new Failure(
    'EXTENSION_MISSING',
    `The database needs extensions that are not installed here: ${names}.` +
      (refusals.length === 0 ? '' : ` ${refusals.join(' ')}`),
    { hint: [...(known.size === 0 ? [] : [command]), ...others].join('. ') },
  )
}
