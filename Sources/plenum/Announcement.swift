import Foundation
import Hub

/// What the volunteer reads in the terminal once the hub is ready.
struct Announcement {
    private let settings: Hub.Settings
    private let recovered: Int
    private let vkey: String
    private let showQR: Bool

    init(_ settings: Hub.Settings, recovered: Int, vkey: String, showQR: Bool) {
        self.settings = settings
        self.recovered = recovered
        self.vkey = vkey
        self.showQR = showQR
    }

    func printAll() {
        if showQR, let code = QRCode(settings.join) { print("\n" + code.terminal) }
        if recovered > 0 { print("Going on with the stored event; \(recovered) ballots found.\n") }
        print("Phones      \(settings.join)")
        print("Moderator   \(settings.join)moderate#k=\(settings.moderatorKey)")
        print("Projector   \(settings.screen)")
        print("Record      \(settings.join)audit")
        print("Record key  \(vkey)")
        print("\nKeep the moderator's link to yourself. Stop with Ctrl-C; nothing is lost.")
    }
}
