// Analysis: questions and their answers: trace, stuck, report, ledger. It reads a store or a stream of hops, and draws nothing.

import Bytes

/// Text as the logs had it: any bytes, most often UTF-8.
package typealias Text = [UInt8]
