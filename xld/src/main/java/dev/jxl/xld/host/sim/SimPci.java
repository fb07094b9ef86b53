package dev.jxl.xld.host.sim;

import dev.jxl.config.DomainId;
import dev.jxl.config.PciSpec.Address;
import dev.jxl.xld.api.ToolstackException.DeviceFailed;
import dev.jxl.xld.api.ToolstackException.HypercallRefused;
import dev.jxl.xld.host.PciDevices;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The simulated machine's PCI devices: dom0's disk controller, a card with two functions, another one. Thread-safe. */
public final class SimPci {
    private static final int INTEL = 0x8086;
    private static final int NETWORK = 0x020000;
    private static final int SATA = 0x010601;

    private final Map<String, Card> cards = new TreeMap<>();
    private boolean backend = true;
    private boolean iommu = true;
    private Set<String> behindOneBridge = Set.of();

    SimPci() {
        add(new Card(new Address(0, 0, 0x1f, 2, false), 0x2922, SATA, "ahci", "its disk sda1 is mounted"));
        add(new Card(new Address(0, 3, 0, 0, false), 0x10d3, NETWORK, "e1000e", ""));
        add(new Card(new Address(0, 3, 0, 1, false), 0x10d3, NETWORK, "e1000e", ""));
        add(new Card(new Address(0, 4, 0, 0, false), 0x10d3, NETWORK, "e1000e", ""));
    }

    private void add(Card card) {
        cards.put(card.address.toString(), card);
    }

    private static final class Card {
        private final Address address;
        private final int device;
        private final int deviceClass;
        private final String use;
        private Optional<String> driver;
        private boolean slot;
        private boolean quarantined;
        private Optional<DomainId> owner = Optional.empty();
        private Optional<DomainId> permitted = Optional.empty();

        Card(Address address, int device, int deviceClass, String driver, String use) {
            this.address = address;
            this.device = device;
            this.deviceClass = deviceClass;
            this.driver = Optional.of(driver);
            this.use = use;
        }

        PciDevices.Device view() {
            return new PciDevices.Device(address, INTEL, device, deviceClass, driver);
        }
    }

    private Card require(Address address) {
        Card card = cards.get(address.toString());
        if (card == null) {
            throw new DeviceFailed("PCI device " + address, "looking for it", "no such device", null);
        }
        return card;
    }

    private static DeviceFailed refusal(Address address, String doing) {
        return new DeviceFailed("PCI device " + address, doing, "No such device", null);
    }

    /** dom0's kernel has pciback from now on, or has it no longer. */
    public synchronized void setBackend(boolean present) {
        backend = present;
    }

    /** The machine has an IOMMU from now on, or has it no longer. */
    public synchronized void setIommu(boolean present) {
        iommu = present;
    }

    /** The cards that are on one bridge to conventional PCI, from now on. */
    public synchronized void setBehindOneBridge(Set<String> addresses) {
        behindOneBridge = Set.copyOf(addresses);
    }

    synchronized List<Address> listInseparable(Address address) {
        return cards.values().stream()
                .map(card -> card.address)
                .filter(other -> !other.equals(address)
                        && behindOneBridge.contains(address.toString())
                        && behindOneBridge.contains(other.toString()))
                .toList();
    }

    synchronized boolean hasIommu() {
        return iommu;
    }

    synchronized boolean hasBackend() {
        return backend;
    }

    /** Which domain reaches which device through the IOMMU, and which is in quarantine: one line each. */
    public synchronized List<String> owners() {
        List<String> lines = new ArrayList<>();
        for (Card card : cards.values()) {
            card.owner.ifPresent(domain -> lines.add(card.address + " " + domain));
            if (card.quarantined) {
                lines.add(card.address + " quarantine");
            }
            card.permitted.ifPresent(domain -> lines.add(card.address + " permitted " + domain));
        }
        return lines;
    }

    /** Who has which device: one line each. */
    synchronized List<String> describe() {
        List<String> lines = new ArrayList<>(owners());
        cards.values().forEach(card -> lines.add(card.address + " driver " + card.driver.orElse("none")));
        return lines;
    }

    synchronized List<PciDevices.Device> list() {
        return cards.values().stream()
                .map(Card::view)
                .sorted(Comparator.comparing(device -> device.address().toString()))
                .toList();
    }

    synchronized Optional<PciDevices.Device> find(Address address) {
        return Optional.ofNullable(cards.get(address.toString())).map(Card::view);
    }

    synchronized Optional<String> findUse(Address address) {
        return Optional.of(require(address).use).filter(use -> !use.isEmpty());
    }

    synchronized void unbind(Address address) {
        require(address).driver = Optional.empty();
    }

    synchronized void bind(Address address, String driver) {
        Card card = require(address);
        if (card.driver.isPresent()) {
            throw refusal(address, "giving it to the driver " + driver);
        }
        card.driver = Optional.of(driver);
    }

    synchronized void bindToBackend(Address address) {
        require(address).slot = true;
        bind(address, PciDevices.BACKEND);
    }

    synchronized void unbindFromBackend(Address address) {
        Card card = require(address);
        if (card.driver.equals(Optional.of(PciDevices.BACKEND))) {
            card.driver = Optional.empty();
        }
        card.slot = false;
    }

    synchronized void quarantine(Address address) {
        Card card = require(address);
        if (card.owner.isPresent()) {
            throw new HypercallRefused("Xen refused putting PCI device " + address + " into quarantine: EBUSY", null);
        }
        card.quarantined = true;
    }

    synchronized void endQuarantine(Address address) {
        require(address).quarantined = false;
    }

    synchronized void reset(Address address) {
        if (!require(address).slot) {
            throw refusal(address, "resetting it");
        }
    }

    synchronized void permit(DomainId domain, Address address, boolean allow) {
        require(address).permitted = allow ? Optional.of(domain) : Optional.empty();
    }

    synchronized void assign(DomainId domain, Address address) {
        Card card = require(address);
        if (card.owner.isPresent() && !card.owner.equals(Optional.of(domain))) {
            throw new HypercallRefused(
                    "Xen refused giving PCI device " + address + " to domain " + domain + ": EBUSY", null);
        }
        card.owner = Optional.of(domain);
        card.quarantined = false;
    }

    synchronized void deassign(DomainId domain, Address address) {
        Card card = require(address);
        if (!card.owner.equals(Optional.of(domain))) {
            throw new HypercallRefused(
                    "Xen refused taking PCI device " + address + " from domain " + domain + ": ENODEV", null);
        }
        card.owner = Optional.empty();
        card.quarantined = true;
    }

    /** Xen takes back what a domain had when the domain is gone. */
    synchronized void forget(DomainId domain) {
        for (Card card : cards.values()) {
            if (card.owner.equals(Optional.of(domain))) {
                card.owner = Optional.empty();
                card.quarantined = true;
            }
            if (card.permitted.equals(Optional.of(domain))) {
                card.permitted = Optional.empty();
            }
        }
    }
}
