/// Where records are kept. One suite of tests (`StoreContract`) holds for every implementation.
///
/// A store is used by one thread at a time: first by whoever opens and replays it, then by the `Journal`'s writer.
public protocol Store: AnyObject {
    /// Where it is, for people.
    var path: String { get }

    /// Hands over every record in sequence order.
    ///
    /// - Throws: `StorageError.gap` if a sequence number is missing or comes twice, others as the medium fails.
    func replay(_ each: (Record) throws -> Void) throws

    /// Makes all of `records` durable, or none. When it returns they survive a power cut.
    func append(_ records: [Record]) throws(StorageError)

    /// A small named text that is not part of the event's history (a key, a link).
    func setting(_ name: String) throws(StorageError) -> String?
    func set(_ name: String, to value: String) throws(StorageError)

    /// Lets go of the medium, leaving one tidy file. Nothing may be asked of the store afterwards.
    func close() throws(StorageError)
}
