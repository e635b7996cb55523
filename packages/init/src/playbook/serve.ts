/** How servers are told where to listen; what is said of it already is taken out. */
const servers: Readonly<Record<string, { readonly drop: RegExp; readonly listen: string }>> = {
  gunicorn: { drop: /^(--bind|-b)$/, listen: '--bind 127.0.0.1:$PORT' },
  hypercorn: { drop: /^(--bind|-b)$/, listen: '--bind 127.0.0.1:$PORT' },
  uvicorn: { drop: /^--(host|port)$/, listen: '--host 127.0.0.1 --port $PORT' },
  granian: { drop: /^--(host|port)$/, listen: '--host 127.0.0.1 --port $PORT' },
  daphne: { drop: /^(--bind|-b|--port|-p)$/, listen: '--bind 127.0.0.1 --port $PORT' },
  'waitress-serve': { drop: /^--(listen|host|port)$/, listen: '--listen=127.0.0.1:$PORT' },
}

/**
 * What starts the application in a drill: the server of the start command, out of `.venv`, listening where
 * the drill asks. Undefined where no server that is known is started, or where more than that is done.
 *
 * @param start as the platform runs it: `python manage.py migrate && gunicorn shop.wsgi --bind 0.0.0.0:$PORT`
 */
export function serveCommand(start: string): string | undefined {
  const steps = start.split(/&&|;/).map((step) =>
    step
      .trim()
      .replace(/^(?:[A-Z_]+=\S+\s+)+/, '')
      .replace(/^exec\s+/, '')
      .replace(/^(?:poetry|uv|pipenv)\s+run\s+/, '')
      .replace(/^python3?\s+-m\s+/, '')
      .split(/\s+/),
  )
  const words = steps.findLast(([program = '']) => Object.hasOwn(servers, nameOf(program)))
  const program = nameOf(words?.[0] ?? '')
  const server = servers[program]
  if (words === undefined || server === undefined) return undefined
  const rest = withoutOptions(words.slice(1), server.drop)
  // A variable that only the platform sets, or more of a shell than a server's words.
  if (rest.some((word) => /[$`|<>&()]/.test(word))) return undefined
  return [`.venv/bin/${program}`, server.listen, ...rest].join(' ')
}

const nameOf = (program: string) => program.split('/').at(-1) ?? ''

/** Without the options, each with its value: `--bind X`, `--bind=X`, `-bX`. */
function withoutOptions(words: readonly string[], drop: RegExp): string[] {
  return words.filter((word, index) => {
    const [name = ''] = word.split('=')
    const isGlued = /^-\w./.test(word) && drop.test(word.slice(0, 2))
    return !drop.test(name) && !isGlued && !drop.test(words[index - 1] ?? '')
  })
}
