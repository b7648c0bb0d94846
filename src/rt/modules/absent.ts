// rt:modules/absent: modules without a face: other names of one that has it, and those of Node that are not there yet. Programs
// that merely name the latter load; what they use of them throws ERR_NOT_IMPLEMENTED and says what it was. A face of that name
// takes the place of its row.

const names: Record<string, string> = {
  'node:cluster':
    'SCHED_NONE SCHED_RR Worker _events _eventsCount _maxListeners disconnect fork isMaster isPrimary isWorker ' +
    'schedulingPolicy settings setupMaster setupPrimary workers',
  'node:dgram':
    'Socket createSocket',
  'node:dns':
    'ADDRCONFIG ADDRGETNETWORKPARAMS ALL BADFAMILY BADFLAGS BADHINTS BADNAME BADQUERY BADRESP BADSTR CANCELLED ' +
    'CONNREFUSED DESTRUCTION EOF FILE FORMERR LOADIPHLPAPI NODATA NOMEM NONAME NOTFOUND NOTIMP NOTINITIALIZED ' +
    'REFUSED Resolver SERVFAIL TIMEOUT V4MAPPED getDefaultResultOrder getServers lookup lookupService promises ' +
    'resolve resolve4 resolve6 resolveAny resolveCaa resolveCname resolveMx resolveNaptr resolveNs resolvePtr ' +
    'resolveSoa resolveSrv resolveTlsa resolveTxt reverse setDefaultResultOrder setServers',
  'node:dns/promises':
    'ADDRGETNETWORKPARAMS BADFAMILY BADFLAGS BADHINTS BADNAME BADQUERY BADRESP BADSTR CANCELLED CONNREFUSED ' +
    'DESTRUCTION EOF FILE FORMERR LOADIPHLPAPI NODATA NOMEM NONAME NOTFOUND NOTIMP NOTINITIALIZED REFUSED ' +
    'Resolver SERVFAIL TIMEOUT getDefaultResultOrder getServers lookup lookupService resolve resolve4 resolve6 ' +
    'resolveAny resolveCaa resolveCname resolveMx resolveNaptr resolveNs resolvePtr resolveSoa resolveSrv ' +
    'resolveTlsa resolveTxt reverse setDefaultResultOrder setServers',
  'node:domain':
    'Domain _stack active create createDomain',
  'node:http':
    'Agent ClientRequest CloseEvent IncomingMessage METHODS MessageEvent OutgoingMessage STATUS_CODES Server ' +
    'ServerResponse WebSocket _connectionListener createServer get globalAgent maxHeaderSize request ' +
    'setGlobalProxyFromEnv setMaxIdleHTTPParsers validateHeaderName validateHeaderValue',
  'node:http2':
    'Http2ServerRequest Http2ServerResponse connect constants createSecureServer createServer ' +
    'getDefaultSettings getPackedSettings getUnpackedSettings performServerHandshake sensitiveHeaders',
  'node:https':
    'Agent Server createServer get globalAgent request',
  'node:inspector':
    'DOMStorage Network NetworkResources Session close console open url waitForDebugger',
  'node:inspector/promises':
    'DOMStorage Network NetworkResources Session close console open url waitForDebugger',
  'node:net':
    'BlockList BoundSocket Server Socket SocketAddress Stream _TransferredBoundSocket _createServerHandle ' +
    '_normalizeArgs connect createConnection createServer getDefaultAutoSelectFamily ' +
    'getDefaultAutoSelectFamilyAttemptTimeout isIP isIPv4 isIPv6 setDefaultAutoSelectFamily ' +
    'setDefaultAutoSelectFamilyAttemptTimeout',
  'node:repl':
    'REPLServer REPL_MODE_SLOPPY REPL_MODE_STRICT Recoverable _builtinLibs builtinModules isValidSyntax start ' +
    'writer',
  'node:sqlite':
    'DatabaseSync Session StatementSync backup constants',
  'node:sea':
    'getAsset getAssetAsBlob getAssetKeys getRawAsset isSea',
  'node:test':
    'after afterEach assert before beforeEach describe expectFailure getTestContext it mock only run skip ' +
    'snapshot suite test todo',
  'node:tls':
    'CLIENT_RENEG_LIMIT CLIENT_RENEG_WINDOW DEFAULT_CIPHERS DEFAULT_ECDH_CURVE DEFAULT_MAX_VERSION ' +
    'DEFAULT_MIN_VERSION SecureContext Server TLSSocket checkServerIdentity connect convertALPNProtocols ' +
    'createSecureContext createServer getCACertificates getCertificateCompressionAlgorithms getCiphers ' +
    'rootCertificates setDefaultCACertificates',
  'node:trace_events':
    'createTracing getEnabledCategories',
  'node:wasi':
    'WASI',
  'node:zlib':
    'BrotliCompress BrotliDecompress DEFLATE DEFLATERAW Deflate DeflateRaw GUNZIP GZIP Gunzip Gzip INFLATE ' +
    'INFLATERAW Inflate InflateRaw UNZIP Unzip ZLIB_VERNUM ZSTD_CLEVEL_DEFAULT ZSTD_COMPRESS ZSTD_DECOMPRESS ' +
    'ZSTD_btlazy2 ZSTD_btopt ZSTD_btultra ZSTD_btultra2 ZSTD_c_chainLog ZSTD_c_checksumFlag ' +
    'ZSTD_c_compressionLevel ZSTD_c_contentSizeFlag ZSTD_c_dictIDFlag ZSTD_c_enableLongDistanceMatching ' +
    'ZSTD_c_hashLog ZSTD_c_jobSize ZSTD_c_ldmBucketSizeLog ZSTD_c_ldmHashLog ZSTD_c_ldmHashRateLog ' +
    'ZSTD_c_ldmMinMatch ZSTD_c_minMatch ZSTD_c_nbWorkers ZSTD_c_overlapLog ZSTD_c_searchLog ZSTD_c_strategy ' +
    'ZSTD_c_targetLength ZSTD_c_windowLog ZSTD_d_windowLogMax ZSTD_dfast ZSTD_e_continue ZSTD_e_end ' +
    'ZSTD_e_flush ZSTD_error_GENERIC ZSTD_error_checksum_wrong ZSTD_error_corruption_detected ' +
    'ZSTD_error_dictionaryCreation_failed ZSTD_error_dictionary_corrupted ZSTD_error_dictionary_wrong ' +
    'ZSTD_error_dstBuffer_null ZSTD_error_dstSize_tooSmall ZSTD_error_frameParameter_unsupported ' +
    'ZSTD_error_frameParameter_windowTooLarge ZSTD_error_init_missing ZSTD_error_literals_headerWrong ' +
    'ZSTD_error_maxSymbolValue_tooLarge ZSTD_error_maxSymbolValue_tooSmall ZSTD_error_memory_allocation ' +
    'ZSTD_error_noForwardProgress_destFull ZSTD_error_noForwardProgress_inputEmpty ZSTD_error_no_error ' +
    'ZSTD_error_parameter_combination_unsupported ZSTD_error_parameter_outOfBound ' +
    'ZSTD_error_parameter_unsupported ZSTD_error_prefix_unknown ZSTD_error_srcSize_wrong ' +
    'ZSTD_error_stabilityCondition_notRespected ZSTD_error_stage_wrong ZSTD_error_tableLog_tooLarge ' +
    'ZSTD_error_version_unsupported ZSTD_error_workSpace_tooSmall ZSTD_fast ZSTD_greedy ZSTD_lazy ZSTD_lazy2 ' +
    'Z_BEST_COMPRESSION Z_BEST_SPEED Z_BLOCK Z_BUF_ERROR Z_DATA_ERROR Z_DEFAULT_CHUNK Z_DEFAULT_COMPRESSION ' +
    'Z_DEFAULT_LEVEL Z_DEFAULT_MEMLEVEL Z_DEFAULT_STRATEGY Z_DEFAULT_WINDOWBITS Z_ERRNO Z_FILTERED Z_FINISH ' +
    'Z_FIXED Z_FULL_FLUSH Z_HUFFMAN_ONLY Z_MAX_CHUNK Z_MAX_LEVEL Z_MAX_MEMLEVEL Z_MAX_WINDOWBITS Z_MEM_ERROR ' +
    'Z_MIN_CHUNK Z_MIN_LEVEL Z_MIN_MEMLEVEL Z_MIN_WINDOWBITS Z_NEED_DICT Z_NO_COMPRESSION Z_NO_FLUSH Z_OK ' +
    'Z_PARTIAL_FLUSH Z_RLE Z_STREAM_END Z_STREAM_ERROR Z_SYNC_FLUSH Z_VERSION_ERROR ZipBuffer ZipEntry ZipFile ' +
    'ZstdCompress ZstdDecompress brotliCompress brotliCompressSync brotliDecompress brotliDecompressSync codes ' +
    'constants crc32 createBrotliCompress createBrotliDecompress createDeflate createDeflateRaw createGunzip ' +
    'createGzip createInflate createInflateRaw createUnzip createZipArchive createZipArchiveSync ' +
    'createZstdCompress createZstdDecompress deflate deflateRaw deflateRawSync deflateSync ' +
    'getMaxZipContentSize gunzip gunzipSync gzip gzipSync inflate inflateRaw inflateRawSync inflateSync ' +
    'setMaxZipContentSize unzip unzipSync zipFiles zstdCompress zstdCompressSync zstdDecompress ' +
    'zstdDecompressSync',
  'node:_http_agent':
    'Agent globalAgent',
  'node:_http_client':
    'ClientRequest',
  'node:_http_common':
    'CRLF HTTPParser _checkInvalidHeaderChar _checkIsHttpToken calculateLenientFlags chunkExpression ' +
    'continueExpression freeParser isLenient kIncomingMessage kSkipPendingData methods parsers prepareError',
  'node:_http_incoming':
    'IncomingMessage kDetachAbortSignal readStart readStop',
  'node:_http_outgoing':
    'OutgoingMessage kHighWaterMark kUniqueHeaders parseUniqueHeadersOption validateHeaderName ' +
    'validateHeaderValue',
  'node:_http_server':
    'STATUS_CODES Server ServerResponse _connectionListener httpServerPreClose kConnectionsCheckingInterval ' +
    'kServerResponse setupConnectionsTracking storeHTTPOptions',
  'node:_tls_common':
    'SecureContext createSecureContext translatePeerCertificate',
  'node:_tls_wrap':
    'Server TLSSocket connect createServer',
}

// What is true without the rest.
const values: Record<string, Record<string, unknown>> = {
  'node:cluster': { isMaster: true, isPrimary: true, isWorker: false, workers: {}, settings: {} },
}

// Other names: of a module, or of one of its exports.
const aliases: Record<string, [string, string?]> = {
  'node:sys': ['node:util'],
  'node:_stream_duplex': ['node:stream', 'Duplex'],
  'node:_stream_passthrough': ['node:stream', 'PassThrough'],
  'node:_stream_readable': ['node:stream', 'Readable'],
  'node:_stream_transform': ['node:stream', 'Transform'],
  'node:_stream_writable': ['node:stream', 'Writable'],
}

function absent(id: string, name: string): never {
  const error: any = new Error(`${id}: ${name} is not implemented`)
  error.code = 'ERR_NOT_IMPLEMENTED'
  throw error
}

/** The module object of a builtin that has no face; undefined when Node has none of that name either. */
export function absentModule(id: string): object | undefined {
  const alias = aliases[id]
  if (alias !== undefined) {
    const module = import.meta.builtin(alias[0]).default
    return alias[1] === undefined ? module : module[alias[1]]
  }
  const list = names[id]
  if (list === undefined) return undefined
  const module: any = {}
  for (const name of list.split(' ')) {
    if (/^[A-Z][A-Z0-9_]*$/.test(name) || name === 'constants') {
      Object.defineProperty(module, name, { get: () => absent(id, name), enumerable: true, configurable: true })
      continue
    }
    const f = function () {
      absent(id, name)
    }
    Object.defineProperty(f, 'name', { value: name })
    Object.defineProperty(f, Symbol.for('bao.notImplemented'), { value: true })
    module[name] = f
  }
  return Object.assign(module, values[id])
}
