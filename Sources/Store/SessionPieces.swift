import Bytes
import Correlation

// What a run remembers of the sessions that it has written, to know which to look at once more.
extension SessionMerge {
  /// A client that a process serves, by rows.
  struct Thread: Hashable {
    let host: Int64
    let pid: Int64
    let number: Int64

    init(_ row: Statement) {
      (host, pid, number) = (row.integer(0), row.integer(1), row.integer(2) >> Session.threadShift)
    }

    init(host: Int64, _ session: Session) {
      (self.host, pid, number) = (host, session.pid, Int64(bitPattern: session.thread))
    }
  }

  /// A session that lacks a line, or whose place is in doubt.
  struct Piece {
    let second: Int64
    let lacksBeginning: Bool
    let lacksEnd: Bool
  }

  /// The pieces of a thread.
  struct Pieces {
    private var pieces: [Piece] = []
    /// Whether a line lacks its beginning, or its place is in doubt.
    private(set) var isInPieces = false

    mutating func add(_ piece: Piece, isDoubtful: Bool = false) {
      pieces.append(piece)
      if piece.lacksBeginning || isDoubtful { isInPieces = true }
    }

    /// From the first second to the last.
    var span: ClosedRange<Int64> {
      let seconds = pieces.map(\.second)
      return seconds.min()!...seconds.max()!
    }

    /// The seconds between which pieces may have to do with each other: those near each other, and a beginning with the end that
    /// is next.
    func spans(reach: Int64) -> [ClosedRange<Int64>] {
      var spans: [ClosedRange<Int64>] = []
      var before: Piece?
      for piece in pieces.sorted(by: { $0.second < $1.second }) {
        let isJoined =
          before.map {
            let gap = piece.second - $0.second
            return gap <= 2 * reach || $0.lacksEnd && piece.lacksBeginning && gap <= Correlation.Limits.longestSession
          } ?? false
        if isJoined {
          spans[spans.count - 1] = spans[spans.count - 1].lowerBound...piece.second
        } else {
          spans.append(piece.second...piece.second)
        }
        before = piece
      }
      return spans
    }
  }

  /// What a run has written of sessions.
  struct Written {
    /// From the first second to the last.
    private(set) var span: ClosedRange<Int64>?
    /// The longest of them: seconds.
    private(set) var longest: Int64 = 0
    /// The threads of which it has written pieces.
    private(set) var threads: [Thread: Pieces] = [:]
    private var pieceCount = 0
    /// There are more pieces than are remembered.
    private(set) var areTooMany = false

    mutating func add(_ session: Session, host: Int64, from first: Int64) {
      let last = session.lastMoment.seconds
      longest = max(longest, last - first)
      let known = span ?? first...last
      span = min(known.lowerBound, first)...max(known.upperBound, last)
      guard !session.isWhole || session.isDoubtful, !areTooMany else { return }
      threads[Thread(host: host, session), default: Pieces()].add(
        Piece(second: first, lacksBeginning: session.started == nil, lacksEnd: session.ended == nil),
        isDoubtful: session.isDoubtful)
      pieceCount += 1
      if pieceCount > Limits.piecesOfSessions { (threads, areTooMany) = ([:], true) }
    }
  }
}
