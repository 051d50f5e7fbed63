// A broker's admin API with invented, lively data, for looking at the page without a broker: `node mock.js [PORT]`
// serves the page of this tree.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')

const data = require('./mock_data')

const PAGE = path.join(__dirname, '..', '..', 'broker', 'admin', 'page')
const TOKEN = 'mock-token-of-an-operator'
const READ_TOKEN = 'mock-token-of-a-reader'
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer'
}
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

function sendPage(response, pathname) {
  const name = pathname === '/' ? 'index.html' : path.basename(pathname)
  const file = path.join(PAGE, name)
  if (!fs.existsSync(file)) return send(response, 404, { error: 'no such page' })
  response.writeHead(200, { ...HEADERS, 'content-type': `${TYPES[path.extname(name)]}; charset=utf-8` })
  response.end(fs.readFileSync(file))
}

let streams = 0

function startEvents(response) {
  ++streams
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const say = (event, value) => response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`)
  for (const line of data.logLines()) say('log', line)
  const timer = setInterval(() => {
    say('sample', data.sample(Date.now()))
    if (Math.random() < 0.4) say('log', data.logLine(Date.now()))
  }, 1000)
  response.on('close', () => {
    --streams
    clearInterval(timer)
  })
}

function startTrace(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const timer = setInterval(() => {
    response.write(`event: packet\ndata: ${JSON.stringify(data.packet(Date.now()))}\n\n`)
  }, 700)
  response.on('close', () => clearInterval(timer))
}

// A page of rows that are sorted by `key`.
function pageOf(rows, key, query) {
  const limit = Math.min(Number(query.get('limit') || 100), 1000)
  const after = query.get('after')
  const rest = after === null ? rows : rows.filter((row) => row[key] > after)
  return { rows: rest.slice(0, limit), next: rest.length > limit ? rest[limit - 1][key] : null }
}

function clients(query) {
  const search = (query.get('search') || '').toLowerCase()
  const found = data.clients.filter(
    (client) =>
      [client.id, client.username, client.address].some((text) => (text || '').toLowerCase().includes(search)) &&
      (!query.get('connected') || String(client.connected) === query.get('connected')) &&
      (!query.get('listener') || client.listener === query.get('listener'))
  )
  const { rows, next } = pageOf(found, 'id', query)
  return { clients: rows, next }
}

const routes = {
  'GET /status': ({ readOnly }) => [200, data.status(readOnly)],
  'GET /listeners': () => [200, { listeners: data.listeners }],
  'GET /clients': ({ query }) => [200, clients(query)],
  'GET /subscriptions': ({ query }) => {
    const search = (query.get('search') || '').toLowerCase()
    const { rows, next } = pageOf(
      data.subscriptions.filter((row) => row.filter.toLowerCase().includes(search)),
      'filter',
      query
    )
    return [200, { subscriptions: rows, next }]
  },
  'GET /retained': ({ query }) => {
    const { rows, next } = pageOf(
      data.retained.filter((row) => data.matches(query.get('filter') || '#', row.topic)),
      'topic',
      query
    )
    return [200, { retained: rows, next }]
  },
  'GET /retained/message': ({ query }) => {
    const found = data.retainedMessage(query.get('topic'))
    return found ? [200, found] : [404, { error: 'no such message' }]
  },
  'DELETE /retained': ({ query }) => [200, { deleted: data.deleteRetained(query.get('topic'), query.get('filter')) }],
  'GET /plugins': () => [200, { plugins: data.plugins }],
  'POST /reload': () =>
    data.status(false).log_level === 'debug'
      ? [
          422,
          {
            error: 'the configuration has faults',
            faults: [
              'grapnel.toml:12:1: unknown key "maximum_client"; did ' + 'you mean "maximum_clients"?',
              'grapnel.toml:31:11: no file "tls/server.pem"'
            ]
          }
        ]
      : [200, { plugins: data.plugins }],
  'GET /bans': () => [200, { bans: data.bans }],
  'DELETE /bans': ({ query }) => [204, data.liftBan(query.get('address'))],
  'GET /history': () => [200, data.history(Date.now())],
  'GET /log/level': () => [200, { level: data.status(false).log_level }],
  'PUT /log/level': ({ body }) => [204, data.setLogLevel(body.level)],
  'POST /publish': ({ body }) =>
    body.topic && !/[#+]/.test(body.topic)
      ? [202, {}]
      : [422, { error: `"${body.topic}" is no topic name: it has a wildcard` }]
}

function clientRoute(method, id, rest, response) {
  const client = data.client(id)
  if (rest === 'trace' && method !== 'GET') return send(response, 204, data.setTrace(id, method === 'PUT'))
  if (!client) return send(response, 404, { error: 'no such client' })
  if (rest === 'trace') return startTrace(response)
  if (method === 'GET') return send(response, 200, client)
  return send(response, 204, method === 'DELETE' ? data.dropClient(id) : data.disconnect(id))
}

function answer(request, response, body) {
  const url = new URL(request.url, 'http://mock')
  if (!url.pathname.startsWith('/api/v1/')) return sendPage(response, url.pathname)
  const token = (request.headers.authorization || '').replace('Bearer ', '')
  if (token !== TOKEN && token !== READ_TOKEN) return send(response, 401, { error: 'a token is needed' })
  const readOnly = token === READ_TOKEN
  if (readOnly && request.method !== 'GET') return send(response, 403, { error: 'this token may only read' })
  const pathname = url.pathname.slice('/api/v1'.length)
  const [, first, rest] = pathname.split('/')
  if (first === 'events') return startEvents(response)
  if (first === 'client') return clientRoute(request.method, url.searchParams.get('id'), rest, response)
  const route = routes[`${request.method} ${pathname}`]
  if (!route) return send(response, 404, { error: 'no such path' })
  send(response, ...route({ query: url.searchParams, body: body ? JSON.parse(body) : {}, readOnly }))
}

function start(port) {
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', () => answer(request, response, body))
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}

module.exports = { start, streams: () => streams, TOKEN, READ_TOKEN, HEADERS }

if (require.main === module) {
  start(Number(process.argv[2] || 0)).then((server) => {
    console.log(`http://127.0.0.1:${server.address().port}/#token=${TOKEN}`)
  })
}
