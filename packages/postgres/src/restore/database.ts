import { Failure } from '@recovery-playbook/failure'
import type { ExtensionFingerprint, FingerprintServer } from '../fingerprint/fingerprint.ts'
import { sqlstateOf } from '../server-error.ts'
import type { Session } from '../session.ts'
import { identifier, literal } from '../sql.ts'

/** @throws Failure LOCALE_MISSING when this machine does not know the source's locale */
export async function createDatabase(
  session: Session,
  server: FingerprintServer,
  name: string,
  owner: string,
): Promise<void> {
  try {
    await session.execute(
      `CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner)} TEMPLATE template0 ` +
        `ENCODING ${literal(server.encoding)} LC_COLLATE ${literal(server.collation)} ` +
        `LC_CTYPE ${literal(server.ctype)}${provider(server)}`,
    )
  } catch (error) {
    // invalid_parameter_value, wrong_object_type, feature_not_supported
    if (!['22023', '42809', '0A000'].includes(sqlstateOf(error) ?? '')) throw error
    const locales = [server.collation, server.ctype, server.locale].filter(Boolean)
    throw new Failure(
      'LOCALE_MISSING',
      `The locale of the database (${[...new Set(locales)].join(', ')}) does not exist here.`,
      {
        hint: `Install it: sudo locale-gen ${server.collation} (or apt-get install locales-all)`,
        cause: error,
      },
    )
  }
}

/**
 * Made by the superuser from this machine's own packages, in the source's version if it is there.
 *
 * @throws Failure EXTENSION_MISSING naming each that is not installed
 */
export async function createExtensions(
  session: Session,
  major: number,
  extensions: readonly ExtensionFingerprint[],
): Promise<void> {
  const available = await session.query<{ name: string; version: string }>(
    'SELECT name::text, version FROM pg_available_extension_versions',
  )
  const missing = extensions.filter(({ name }) => !available.some((one) => one.name === name))
  if (missing.length > 0) throw extensionMissing(missing, major)
  for (const { name, version, schema } of extensions) {
    const isAvailable = available.some((one) => one.name === name && one.version === version)
    // A schema that is not there yet is made by the extension itself.
    const [existing] = await session.query(
      `SELECT FROM pg_namespace WHERE nspname = ${literal(schema)}`,
    )
    await session.execute(
      `CREATE EXTENSION IF NOT EXISTS ${identifier(name)} WITH` +
        (existing === undefined ? '' : ` SCHEMA ${identifier(schema)}`) +
        (isAvailable ? ` VERSION ${literal(version)}` : '') +
        ' CASCADE',
    )
  }
}

function provider({ localeProvider, locale }: FingerprintServer): string {
  if (localeProvider === 'icu') return ` LOCALE_PROVIDER icu ICU_LOCALE ${literal(locale ?? '')}`
  if (localeProvider === 'builtin') {
    return ` LOCALE_PROVIDER builtin BUILTIN_LOCALE ${literal(locale ?? '')}`
  }
  return ''
}

function extensionMissing(missing: readonly ExtensionFingerprint[], major: number): Failure {
  const names = missing.map(({ name, version }) => `${name} ${version}`).join(', ')
  const packages = missing.map(({ name }) => packageOf(name, major)).join(' ')
  return new Failure(
    'EXTENSION_MISSING',
    `The database needs extensions that are not installed here: ${names}.`,
    { hint: `Install them for PostgreSQL ${major}: sudo apt-get install --yes ${packages}` },
  )
}

/** Debian's and PGDG's names of packages. */
const packageOf = (extension: string, major: number): string =>
  `postgresql-${major}-` +
  ({ vector: 'pgvector', postgis: 'postgis-3', pg_cron: 'cron', timescaledb: 'timescaledb' }[
    extension
  ] ?? extension.replace(/^postgis_.*/, 'postgis-3').replaceAll('_', '-'))
