import ArgumentParser

/// Arguments and wiring, nothing else.
@main
struct Plenum: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plenum",
        abstract: "Live voting for a room full of people, from one small box.",
        discussion: """
            EXAMPLES
              plenum serve night-taxi.yaml                 serve an event on port 8080
              plenum check night-taxi.yaml                 find every fault in an event file
              plenum rehearse http://127.0.0.1:8080 --phones 500
              plenum verify night-taxi.zip                 recount an event from its public record
            """,
        version: "plenum 0.1.0",
        subcommands: [Serve.self, Check.self, MakeRoster.self, Verify.self, Rehearse.self])
}
