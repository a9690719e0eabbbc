import Testing

@testable import Bytes

@Suite("Years of stamps that have none")
struct TimeYearTests {
  /// The year of each stamp `month, day, hour` of a source that was last written on a day, and the correction
  /// at its end.
  func years(
    _ stamps: [(Int, Int, Int)], anchor: (Int, Int, Int), given: Int? = nil
  ) -> (years: [Int], correction: Int) {
    let limit = CivilTime(year: anchor.0, month: anchor.1, day: anchor.2).secondsSince1970 + TimeLimits.anchorSlack
    var guess = TimeYear(limit: limit, given: given)
    return (stamps.map { guess.year(month: $0.0, day: $0.1, hour: $0.2) }, guess.correction)
  }

  @Test("a source of one year ends in the year of its anchor")
  func oneYear() {
    let (found, correction) = years([(3, 1, 0), (6, 1, 0), (11, 24, 0)], anchor: (2026, 11, 24))
    #expect(found == [2026, 2026, 2026] && correction == 0)
  }

  @Test("stamps behind the anchor belong to the year before")
  func olderSource() {
    #expect(years([(11, 30, 0)], anchor: (2026, 11, 24)).years == [2025])
    #expect(years([(11, 25, 0)], anchor: (2026, 11, 24)).years == [2026])
  }

  @Test("a new year begins where December is followed by January")
  func newYear() {
    let (found, correction) = years([(12, 31, 22), (12, 31, 23), (1, 1, 0), (1, 2, 5)], anchor: (2027, 1, 2))
    #expect(found == [2026, 2026, 2027, 2027] && correction == 0)
  }

  @Test("lines that come late around midnight of new year keep their year")
  func jitter() {
    let stamps = [(12, 31, 23), (1, 1, 0), (12, 31, 23), (1, 1, 0), (12, 31, 23), (12, 31, 23), (1, 1, 0), (1, 1, 1)]
    let (found, correction) = years(stamps, anchor: (2027, 1, 1))
    #expect(found == [2026, 2027, 2026, 2027, 2026, 2026, 2027, 2027] && correction == 0)
  }

  @Test("a late line of the old year may follow the very first one")
  func jitterAtTheStart() {
    #expect(years([(1, 1, 0), (12, 31, 23), (1, 1, 0)], anchor: (2027, 1, 1)).years == [2027, 2026, 2027])
  }

  @Test("a machine whose clock starts in January does not start a year for the others")
  func wrongClock() {
    let stamps = [(8, 5, 10), (1, 1, 0), (8, 5, 10), (1, 1, 0), (8, 5, 11), (8, 6, 0), (8, 9, 0)]
    let (found, correction) = years(stamps, anchor: (2026, 8, 9))
    #expect(found[0] == 2026 && found[2] == 2026 && found[4...] == [2026, 2026, 2026] && correction == 0)
  }

  @Test("a source of more than a year asks to be read again")
  func moreThanAYear() {
    let stamps = [(3, 1, 0), (9, 1, 0), (1, 5, 0), (6, 1, 0), (12, 30, 0), (2, 1, 0)]
    let (found, correction) = years(stamps, anchor: (2026, 11, 24))
    #expect(found == [2026, 2026, 2027, 2027, 2027, 2028])
    #expect(correction == -2)
    let again = years(stamps, anchor: (2026, 11, 24), given: 2026 + correction)
    #expect(again.years == [2024, 2024, 2025, 2025, 2025, 2026] && again.correction == 0)
  }

  @Test("the 29th of February is put in a leap year only")
  func leapDay() {
    #expect(years([(2, 29, 0)], anchor: (2026, 11, 24)).years == [2024])
    let (found, correction) = years([(2, 27, 0), (2, 28, 0), (2, 29, 0), (3, 1, 0)], anchor: (2026, 11, 24))
    #expect(found == [2026, 2026, 2024, 2024] && correction == -2)
    #expect(years([(2, 27, 0), (2, 29, 0)], anchor: (2026, 11, 24), given: 2024).years == [2024, 2024])
    #expect(years([(2, 29, 0)], anchor: (1902, 3, 1)).years == [1896])
  }

  @Test("a correction keeps the 29th of February in a leap year")
  func leapDayCorrected() {
    let (found, correction) = years([(2, 29, 0), (11, 1, 0), (2, 1, 0), (10, 1, 0)], anchor: (2024, 11, 24))
    #expect(found == [2024, 2024, 2025, 2025] && correction == -4)
  }
}
