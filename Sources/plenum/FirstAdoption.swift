import Storage

/// The event's name in a directory from before it was a setting: the first definition taken over.
enum FirstAdoption {
    private struct Found: Error {
        var slug: String
    }

    static func slug(in store: any Store) throws -> String? {
        do {
            try store.replay { record in
                if case .action(.adopt(let definition), _, _) = record.content { throw Found(slug: definition.slug) }
            }
            return nil
        } catch let found as Found {
            return found.slug
        }
    }
}
