// bun:file/mime: content types by a file's extension, with Bun's wording of the charset.

const TEXT = ';charset=utf-8'
const TYPES: Record<string, string> = {
  aac: 'audio/aac', avif: 'image/avif', avi: 'video/x-msvideo', bin: 'application/octet-stream', bmp: 'image/bmp', css: 'text/css' + TEXT,
  csv: 'text/csv' + TEXT, cjs: 'text/javascript' + TEXT, cts: 'text/javascript' + TEXT, eot: 'application/vnd.ms-fontobject',
  gif: 'image/gif', gz: 'application/gzip', htm: 'text/html' + TEXT, html: 'text/html' + TEXT, ico: 'image/vnd.microsoft.icon',
  ics: 'text/calendar' + TEXT, jar: 'application/java-archive', jpeg: 'image/jpeg', jpg: 'image/jpeg', js: 'text/javascript' + TEXT,
  json: 'application/json' + TEXT, jsonld: 'application/ld+json', jsx: 'text/javascript' + TEXT, map: 'application/json' + TEXT,
  md: 'text/markdown' + TEXT, mid: 'audio/midi', mjs: 'text/javascript' + TEXT, mov: 'video/quicktime', mp3: 'audio/mpeg',
  mp4: 'video/mp4', mpeg: 'video/mpeg', mts: 'text/javascript' + TEXT, oga: 'audio/ogg', ogv: 'video/ogg', opus: 'audio/opus',
  otf: 'font/otf', pdf: 'application/pdf', png: 'image/png', rtf: 'application/rtf', sh: 'application/x-sh', svg: 'image/svg+xml',
  tar: 'application/x-tar', tif: 'image/tiff', tiff: 'image/tiff', toml: 'application/toml', ts: 'text/javascript' + TEXT,
  tsx: 'text/javascript' + TEXT, ttf: 'font/ttf', txt: 'text/plain' + TEXT, wasm: 'application/wasm', wav: 'audio/wav', weba: 'audio/webm',
  webm: 'video/webm', webmanifest: 'application/manifest+json', webp: 'image/webp', woff: 'font/woff', woff2: 'font/woff2',
  xhtml: 'application/xhtml+xml', xml: 'application/xml', yaml: 'text/yaml' + TEXT, yml: 'text/yaml' + TEXT, zip: 'application/zip',
}

export function mimeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1), dot = name.lastIndexOf('.')
  return dot < 0 ? 'application/octet-stream' : TYPES[name.slice(dot + 1).toLowerCase()] ?? 'application/octet-stream'
}
