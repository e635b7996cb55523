import { expect, test } from '@jest/globals'
import { serveCommand } from '../src/playbook/serve.ts'
import { exportCron, exportInterval } from '../src/workflows/export-schedule.ts'

const listening = '.venv/bin/gunicorn --bind 127.0.0.1:$PORT'

test.each([
  ['gunicorn shop.wsgi', `${listening} shop.wsgi`],
  ['gunicorn shop.wsgi --bind 0.0.0.0:$PORT -w 2', `${listening} shop.wsgi -w 2`],
  ['gunicorn -b0.0.0.0:8000 shop.wsgi', `${listening} shop.wsgi`],
  [
    'python manage.py migrate && exec gunicorn --bind=[::]:${PORT:-8000} a.wsgi',
    `${listening} a.wsgi`,
  ],
  ['/app/.venv/bin/python -m gunicorn a.wsgi', undefined],
  ['python -m gunicorn a.wsgi', `${listening} a.wsgi`],
  ['DEBUG=0 poetry run /venv/bin/gunicorn a.wsgi', `${listening} a.wsgi`],
  [
    'uvicorn shop.asgi:application --host 0.0.0.0 --port $PORT --proxy-headers',
    '.venv/bin/uvicorn --host 127.0.0.1 --port $PORT shop.asgi:application --proxy-headers',
  ],
  ['daphne -b 0.0.0.0 -p 8000 a.asgi:x', '.venv/bin/daphne --bind 127.0.0.1 --port $PORT a.asgi:x'],
  ['gunicorn a.wsgi --workers $WEB_CONCURRENCY', undefined],
  ['gunicorn a.wsgi | tee log', undefined],
  ['sh start.sh', undefined],
  ['constructor x', undefined],
  ['', undefined],
])('%j starts a drill as the platform starts it, where that is certain', (start, command) => {
  expect(serveCommand(start)).toBe(command)
})

test.each([
  [168, 24],
  [48, 24],
  [24, 12],
  [20, 8],
  [1, 1],
  [0, 12],
])('for at most %d h lost an export runs every %d h', (hours, interval) => {
  expect(exportInterval(hours * 3_600_000)).toBe(interval)
})

test('exports are spread over the day and never begin at minute 0', () => {
  expect([24, 12, 8, 1].map(exportCron)).toEqual([
    '47 4 * * *',
    '47 4,16 * * *',
    '47 4,12,20 * * *',
    '47 * * * *',
  ])
})
